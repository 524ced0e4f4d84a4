"""Refusals as values: the HTTP status, the code and the words of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a request is refused, and the headers the refusal carries."""

    status: int
    code: int
    message: str
    parameter: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class RefusedError(Exception):
    """A request is refused for `problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def unauthenticated() -> RefusedError:
    """Return the refusal of missing or wrong credentials."""
    return RefusedError(
        Problem(
            status=401,
            code=20003,
            message="Authenticate",
            headers=(("WWW-Authenticate", 'Basic realm="Proxy API"'),),
        )
    )


def not_found(path: str) -> RefusedError:
    """Return the refusal of a path that leads nowhere, named without its version."""
    resource = path.removeprefix("/v1")
    message = f"The requested resource {resource} was not found"
    return RefusedError(Problem(status=404, code=20404, message=message))


def method_not_allowed(allowed: str) -> RefusedError:
    """Return the refusal of a method the path does not answer."""
    return RefusedError(
        Problem(
            status=405,
            code=20004,
            message="Method not allowed",
            headers=(("Allow", allowed),),
        )
    )


def body_too_large(bytes_max: int) -> RefusedError:
    """Return the refusal of a body above the limit we set."""
    message = f"The request body is larger than {bytes_max} bytes"
    return RefusedError(Problem(status=413, code=20413, message=message))


def unsupported_media_type(content_type: str) -> RefusedError:
    """Return the refusal of a body that is not a form."""
    message = f"Content-Type {content_type!r} is not supported; send a form"
    return RefusedError(Problem(status=415, code=20422, message=message))


def too_many_requests(retry_after_s: int) -> RefusedError:
    """Return the refusal of a request above the rate limit."""
    return RefusedError(
        Problem(
            status=429,
            code=20429,
            message="Too Many Requests",
            headers=(("Retry-After", str(retry_after_s)),),
        )
    )


def invalid(parameter: str, why: str) -> RefusedError:
    """Return the refusal of a parameter's value."""
    return RefusedError(
        Problem(
            status=400,
            code=80701,
            message=f"'{parameter}' is invalid. {why}",
            parameter=parameter,
        )
    )


def bad_page_token() -> RefusedError:
    """Return the refusal of a token that this list did not hand out."""
    return RefusedError(
        Problem(
            status=400,
            code=21481,
            message="Invalid PageToken",
            parameter="PageToken",
        )
    )


def service_name_taken() -> RefusedError:
    """Return the refusal of a Service name the account already uses."""
    return _bad_request(80602, "Service UniqueName must be unique")


def session_name_taken() -> RefusedError:
    """Return the refusal of a Session name the Service already uses."""
    return _bad_request(80603, "Session UniqueName must be unique")


def session_closed() -> RefusedError:
    """Return the refusal of a change below or to a closed Session."""
    return _bad_request(80607, "Session is closed and cannot be updated")


def transition_not_supported(old: str, wanted: str) -> RefusedError:
    """Return the refusal of a status change outside the table."""
    return _bad_request(80608, f"Session cannot change from {old} to {wanted}")


def too_many_participants() -> RefusedError:
    """Return the refusal of a third Participant."""
    return _bad_request(80609, "Session can have at most 2 participants")


def participant_present() -> RefusedError:
    """Return the refusal of an identifier that already takes part."""
    return _bad_request(80103, "Participant has already been added to Session")


def participant_was_removed() -> RefusedError:
    """Return the refusal of an identifier that was removed before."""
    return _bad_request(80612, "Participant was removed from Session before")


def internal_error() -> Problem:
    """Return what is said when the server itself is at fault."""
    return Problem(status=500, code=20500, message="Internal Server Error")


def _bad_request(code: int, message: str) -> RefusedError:
    return RefusedError(Problem(status=400, code=code, message=message))
