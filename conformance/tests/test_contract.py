"""What holds of the contract room, and of the document we publish."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from conformance.contract import Contract, ContractError, Parameter, load
from conformance.data import data_path

TEXT = data_path("specs", "session.openapi.yaml").read_text(encoding="utf-8")
CONTRACT = load(TEXT)
DOCUMENT: dict[str, Any] = dict(CONTRACT.document)

KS = "KS0123456789abcdef0123456789ABCDEF"
KC = "KC0123456789abcdef0123456789ABCDEF"
KP = "KP0123456789abcdef0123456789ABCDEF"
KI = "KI0123456789abcdef0123456789ABCDEF"
SESSIONS = f"/v1/Services/{KS}/Sessions"

SERVED = {
    "CreateSession": ("POST", SESSIONS),
    "ListSession": ("GET", SESSIONS),
    "FetchSession": ("GET", f"{SESSIONS}/{KC}"),
    "UpdateSession": ("POST", f"{SESSIONS}/{KC}"),
    "DeleteSession": ("DELETE", f"{SESSIONS}/{KC}"),
    "CreateService": ("POST", "/v1/Services"),
    "ListService": ("GET", "/v1/Services"),
    "FetchService": ("GET", f"/v1/Services/{KS}"),
    "UpdateService": ("POST", f"/v1/Services/{KS}"),
    "DeleteService": ("DELETE", f"/v1/Services/{KS}"),
    "CreateParticipant": ("POST", f"{SESSIONS}/{KC}/Participants"),
    "ListParticipant": ("GET", f"{SESSIONS}/{KC}/Participants"),
    "FetchParticipant": ("GET", f"{SESSIONS}/{KC}/Participants/{KP}"),
    "DeleteParticipant": ("DELETE", f"{SESSIONS}/{KC}/Participants/{KP}"),
    "ListInteraction": ("GET", f"{SESSIONS}/{KC}/Interactions"),
    "FetchInteraction": ("GET", f"{SESSIONS}/{KC}/Interactions/{KI}"),
    "DeleteInteraction": ("DELETE", f"{SESSIONS}/{KC}/Interactions/{KI}"),
    "CreateMessageInteraction": (
        "POST",
        f"{SESSIONS}/{KC}/Participants/{KP}/MessageInteractions",
    ),
    "ListMessageInteraction": (
        "GET",
        f"{SESSIONS}/{KC}/Participants/{KP}/MessageInteractions",
    ),
    "FetchMessageInteraction": (
        "GET",
        f"{SESSIONS}/{KC}/Participants/{KP}/MessageInteractions/{KI}",
    ),
}
SUCCESS = {
    "CreateSession": {201},
    "CreateService": {201},
    "CreateParticipant": {201},
    "CreateMessageInteraction": {200, 201},
    "DeleteSession": {204},
    "DeleteService": {204},
    "DeleteParticipant": {200, 204},
    "DeleteInteraction": {204},
}
SESSION_KEYS = {
    "sid",
    "service_sid",
    "account_sid",
    "date_started",
    "date_ended",
    "date_last_interaction",
    "date_expiry",
    "unique_name",
    "status",
    "closed_reason",
    "ttl",
    "mode",
    "date_created",
    "date_updated",
    "url",
    "links",
}
# The Session that S1 answers a creation with.
PUBLISHED_SESSION = {
    "sid": "KCaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "ttl": 3600,
    "url": "https://proxy.twilio.com/v1/Services/KSaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/Sessions/KCaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "mode": "voice-and-message",
    "links": {
        "interactions": "https://proxy.twilio.com/v1/Services/KSaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/Sessions/KCaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/Interactions",
        "participants": "https://proxy.twilio.com/v1/Services/KSaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/Sessions/KCaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/Participants",
    },
    "status": "open",
    "date_ended": "2015-07-30T20:00:00Z",
    "account_sid": "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "date_expiry": "2015-07-30T20:00:00Z",
    "service_sid": "KSaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "unique_name": "Order #1234",
    "date_created": "2015-07-30T20:00:00Z",
    "date_started": "2015-07-30T20:00:00Z",
    "date_updated": "2015-07-30T20:00:00Z",
    "closed_reason": "",
    "date_last_interaction": "2015-07-30T20:00:00Z",
}
REGISTRY: Registry[Any] = Registry().with_resource(
    "urn:contract", DRAFT202012.create_resource(DOCUMENT)
)


def accepts(reference: str, value: object) -> bool:
    """Return whether the schema at a `#/…` reference accepts the value."""
    schema = {"$ref": f"urn:contract{reference}"}
    validator = OAS31Validator(
        schema, registry=REGISTRY, format_checker=oas31_format_checker
    )
    return bool(validator.is_valid(value))


def at(reference: str) -> Any:  # noqa: ANN401  # whatever stands there
    """Return what stands at a `#/…` reference."""
    return REGISTRY.resolver().lookup(f"urn:contract{reference}").contents


def examples() -> Iterator[tuple[str, str, object]]:
    """Yield a name, the schema's reference and the value of each example."""
    for path, item in DOCUMENT["paths"].items():
        token = path.replace("/", "~1")
        for method in ("get", "post", "delete"):
            where = f"#/paths/{token}/{method}"
            operation = item.get(method, {})
            bodies = {f"{where}/requestBody": operation.get("requestBody", {})}
            for status, response in operation.get("responses", {}).items():
                reference = response.get("$ref", f"{where}/responses/{status}")
                bodies[reference] = at(reference)
            for reference, body in bodies.items():
                for media, content in body.get("content", {}).items():
                    schema = f"{reference}/content/{media.replace('/', '~1')}/schema"
                    for name, example in content["examples"].items():
                        value = at(example["$ref"])["value"]
                        yield f"{operation['operationId']}-{name}", schema, value


# The document


def test_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_document_is_plain_json() -> None:
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT


@pytest.mark.parametrize(
    ("schema", "value"), [pytest.param(*each, id=name) for name, *each in examples()]
)
def test_each_example_is_what_its_schema_accepts(schema: str, value: object) -> None:
    assert accepts(schema, value)


def test_each_body_has_an_example() -> None:
    assert {name.partition("-")[0] for name, _, _ in examples()} == set(SERVED)


def test_each_participant_in_an_example_is_the_text_of_one() -> None:
    peopled = at("#/components/examples/CreateSessionPeopled")["value"]
    for text in peopled["Participants"]:
        assert accepts("#/components/schemas/ParticipantForm", json.loads(text))


def test_document_states_the_repeated_fields() -> None:
    encoded = {
        operation["operationId"]: media.get("encoding")
        for item in DOCUMENT["paths"].values()
        for operation in (item.get("post"),)
        if operation
        for media in operation["requestBody"]["content"].values()
    }
    assert {name: each for name, each in encoded.items() if each} == {
        "CreateSession": {"Participants": {"style": "form", "explode": True}},
        "CreateMessageInteraction": {"MediaUrl": {"style": "form", "explode": True}},
    }


def test_document_asks_for_basic_credentials_everywhere() -> None:
    (name,) = DOCUMENT["security"][0]
    scheme = DOCUMENT["components"]["securitySchemes"][name]
    assert (scheme["type"], scheme["scheme"]) == ("http", "basic")
    assert not [
        operation
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
        if "security" in operation
    ]


def test_every_operation_but_the_first_is_the_target_of_a_link() -> None:
    targets = {link["operationId"] for link in DOCUMENT["components"]["links"].values()}
    assert targets == set(SERVED) - {"CreateService"}


def test_each_link_fills_every_hole_of_its_target() -> None:
    for link in DOCUMENT["components"]["links"].values():
        target = CONTRACT.operation(link["operationId"])
        filled = {name.removeprefix("path.") for name in link.get("parameters", {})}
        assert filled == {parameter.name for parameter in target.path_parameters}


# The Session


def test_session_has_sixteen_keys_and_requires_them_all() -> None:
    schema = at("#/components/schemas/Session")
    assert set(schema["required"]) == SESSION_KEYS
    assert set(schema["properties"]) == SESSION_KEYS
    assert len(SESSION_KEYS) == 16


def test_published_session_is_accepted() -> None:
    assert accepts("#/components/schemas/Session", PUBLISHED_SESSION)


@pytest.mark.parametrize("key", sorted(SESSION_KEYS))
def test_session_is_refused_without_a_key(key: str) -> None:
    without = {name: each for name, each in PUBLISHED_SESSION.items() if name != key}
    assert not accepts("#/components/schemas/Session", without)


@pytest.mark.parametrize("key", sorted(SESSION_KEYS))
def test_session_may_hold_null_except_in_three_keys(key: str) -> None:
    nullable = accepts("#/components/schemas/Session", PUBLISHED_SESSION | {key: None})
    assert nullable is (key not in {"ttl", "mode", "status"})


def test_session_may_hold_more_than_the_documents_list() -> None:
    assert accepts("#/components/schemas/Session", PUBLISHED_SESSION | {"more": 1})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sid", "KC0123456789abcdef0123456789abcdef\n"),
        ("sid", "KC0123456789abcdef0123456789abcde"),
        ("sid", "KS0123456789abcdef0123456789abcdef"),
        ("service_sid", "KC0123456789abcdef0123456789abcdef"),
        ("account_sid", "KS0123456789abcdef0123456789abcdef"),
        ("date_expiry", "2018-07-31"),
        ("date_created", "2018-07-31T00:00:00"),
        ("date_updated", "Fri, 24 May 2019 17:44:46 +0000"),
        ("status", "in_progress"),
        ("status", "Open"),
        ("mode", "voice"),
        ("ttl", "3600"),
        ("ttl", 0.5),
        ("unique_name", "a" * 192),
        ("closed_reason", 7),
        ("url", "/v1/Services"),
        ("links", {"interactions": "https://proxy.twilio.com/i"}),
        ("links", {"participants": "https://proxy.twilio.com/p"}),
    ],
)
def test_session_is_refused_with_a_wrong_value(key: str, value: object) -> None:
    assert not accepts("#/components/schemas/Session", PUBLISHED_SESSION | {key: value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sid", "KC0123456789ABCDEF0123456789ABCDEF"),
        ("date_created", "2018-07-31T00:00:00.123+00:00"),
        ("unique_name", "ü" * 191),
        ("ttl", 0),
        ("closed_reason", "api"),
    ],
)
def test_session_is_accepted_with_another_lawful_value(key: str, value: object) -> None:
    assert accepts("#/components/schemas/Session", PUBLISHED_SESSION | {key: value})


# The other schemas


def test_page_names_its_own_array() -> None:
    page = at("#/components/examples/SessionPageEmpty")["value"]
    assert accepts("#/components/schemas/SessionPage", page)
    spoilt = page | {"meta": page["meta"] | {"key": "participants"}}
    assert not accepts("#/components/schemas/SessionPage", spoilt)


def test_page_is_refused_with_a_relative_url() -> None:
    page = at("#/components/examples/SessionPageEmpty")["value"]
    meta = page["meta"] | {"next_page_url": "/v1/Services?Page=1"}
    assert not accepts("#/components/schemas/SessionPage", page | {"meta": meta})


@pytest.mark.parametrize(
    "key",
    [
        "page",
        "page_size",
        "first_page_url",
        "previous_page_url",
        "url",
        "next_page_url",
        "key",
    ],
)
def test_page_is_refused_without_a_key_of_its_envelope(key: str) -> None:
    page = at("#/components/examples/SessionPageEmpty")["value"]
    meta = {name: each for name, each in page["meta"].items() if name != key}
    assert not accepts("#/components/schemas/SessionPage", page | {"meta": meta})


@pytest.mark.parametrize("kind", ["message", "Voice", "UNKNOWN"])
def test_interaction_type_is_free_in_its_case(kind: str) -> None:
    call = at("#/components/examples/InteractionCall")["value"]
    assert accepts("#/components/schemas/Interaction", call | {"type": kind})


@pytest.mark.parametrize("change", [{"type": "fax"}, {"data": {"body": "x"}}])
def test_interaction_is_refused_with_a_wrong_value(change: dict[str, object]) -> None:
    call = at("#/components/examples/InteractionCall")["value"]
    assert not accepts("#/components/schemas/Interaction", call | change)


def test_error_takes_further_keys_and_needs_its_four() -> None:
    error = {
        "code": 20404,
        "message": "gone",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }
    assert accepts("#/components/schemas/Error", error | {"details": {}, "detail": ""})
    for key in error:
        assert not accepts("#/components/schemas/Error", error | {key: None})


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"UniqueName": ""},
        {"UniqueName": "a" * 191},
        {"Mode": "voice-only", "Status": "failed"},
        {"Participants": ["{}", "{}"]},
        {"Unheard": "of"},
    ],
)
def test_creation_takes_what_the_documents_list(form: dict[str, object]) -> None:
    assert accepts("#/components/schemas/CreateSessionForm", form)


@pytest.mark.parametrize(
    "form",
    [
        {"UniqueName": "a" * 192},
        {"Mode": "voice"},
        {"Status": "completed"},
        {"Ttl": "soon"},
        {"DateExpiry": "soon"},
        {"Participants": ["{}", "{}", "{}"]},
    ],
)
def test_creation_refuses_another_value(form: dict[str, object]) -> None:
    assert not accepts("#/components/schemas/CreateSessionForm", form)


def test_message_needs_a_text_or_media() -> None:
    form = "#/components/schemas/MessageInteractionForm"
    assert accepts(form, {"Body": "x"})
    assert accepts(form, {"MediaUrl": ["https://x.example/y"]})
    assert not accepts(form, {})


# The operations


def test_operations_keep_the_order_of_the_document() -> None:
    assert [operation.id for operation in CONTRACT.operations][:6] == [
        "CreateSession",
        "ListSession",
        "FetchSession",
        "UpdateSession",
        "DeleteSession",
        "CreateService",
    ]
    assert {operation.id for operation in CONTRACT.operations} == set(SERVED)


@pytest.mark.parametrize("operation_id", SERVED)
def test_match_returns_the_operation_of_a_path(operation_id: str) -> None:
    method, path = SERVED[operation_id]
    operation = CONTRACT.match(method, path)
    assert operation is not None
    assert operation is CONTRACT.operation(operation_id)
    assert operation.method == method
    assert operation.resource in operation_id


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", SESSIONS),
        ("get", SESSIONS),
        ("GET", ""),
        ("GET", "/"),
        ("GET", "/v1"),
        ("GET", "/v1/Services/"),
        ("GET", "/v1/services"),
        ("GET", "/v2/Services"),
        ("GET", f"{SESSIONS}/"),
        ("GET", f"{SESSIONS}/{KC}/"),
        ("GET", "/v1/Services//Sessions"),
        ("GET", f"//v1/Services/{KS}"),
        ("GET", f"{SESSIONS}/{KC}/Participants/{KP}/Interactions"),
        ("POST", f"{SESSIONS}/{KC}/Interactions"),
    ],
)
def test_match_returns_none_for_what_no_operation_serves(
    method: str, path: str
) -> None:
    assert CONTRACT.match(method, path) is None


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_path_values_gives_back_what_was_encoded(name: str) -> None:
    encoded = "".join(f"%{octet:02X}" for octet in name.encode())
    path = f"{SESSIONS}/{encoded}"
    operation = CONTRACT.match("GET", path)
    assert operation is not None
    assert operation is CONTRACT.operation("FetchSession")
    assert CONTRACT.path_values(operation, path) == {"ServiceSid": KS, "Sid": name}


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        ("Order%20%231234", "Order #1234"),
        ("a%2Fb", "a/b"),
        ("a+b", "a+b"),
        ("..", ".."),
        ("%2E%2E", ".."),
        (f"{KC}%0A", f"{KC}\n"),
        ("%00", "\0"),
        ("%ff", "\ufffd"),
        ("100%", "100%"),
        ("{Sid}", "{Sid}"),
        ("{}", "{}"),
    ],
)
def test_path_values_decodes_a_segment_once(encoded: str, value: str) -> None:
    path = f"{SESSIONS}/{encoded}"
    operation = CONTRACT.match("GET", path)
    assert operation is not None
    assert operation is CONTRACT.operation("FetchSession")
    assert CONTRACT.path_values(operation, path)["Sid"] == value


@pytest.mark.parametrize(
    "path", ["", "/v1/Services", SESSIONS, f"{SESSIONS}/", f"{SESSIONS}/{KC}/Sids"]
)
def test_path_values_refuses_a_path_of_another_operation(path: str) -> None:
    with pytest.raises(ValueError, match="expected a path like /v1/Services/"):
        CONTRACT.path_values(CONTRACT.operation("FetchSession"), path)


def test_operation_refuses_an_unknown_id() -> None:
    with pytest.raises(KeyError, match="CloseSession"):
        CONTRACT.operation("CloseSession")


@pytest.mark.parametrize("operation_id", SERVED)
def test_operation_lists_each_lawful_answer(operation_id: str) -> None:
    operation = CONTRACT.operation(operation_id)
    refused = {400, 401, 403, 404, 405, 422, 429, 500, 503}
    if operation.method != "GET":
        refused |= {409}
    if operation.form_parameters:
        refused |= {413, 415}
    success = SUCCESS.get(operation_id, {200})
    assert operation.success_statuses == success
    assert operation.documented_statuses == success | refused


@pytest.mark.parametrize("operation_id", SERVED)
def test_sid_parameters_are_bounded_except_where_a_name_may_stand(
    operation_id: str,
) -> None:
    prefixes = {"ServiceSid": "KS", "SessionSid": "KC", "ParticipantSid": "KP"}
    prefixes["Sid"] = {"Service": "KS", "Session": "KC", "Participant": "KP"}.get(
        CONTRACT.operation(operation_id).resource, "KI"
    )
    for parameter in CONTRACT.operation(operation_id).path_parameters:
        assert parameter.required
        assert parameter.description
        if parameter.name == "Sid" and operation_id in {"FetchSession", "FetchService"}:
            assert parameter.pattern is None
            assert parameter.max_length is None
        else:
            expected = f"^{prefixes[parameter.name]}[0-9a-fA-F]{{32}}$"
            assert parameter.pattern == expected
            assert (parameter.min_length, parameter.max_length) == (34, 34)


@pytest.mark.parametrize("operation_id", [name for name in SERVED if "List" in name])
def test_lists_take_the_three_paging_parameters(operation_id: str) -> None:
    size, page, token = CONTRACT.operation(operation_id).query_parameters
    assert (size.name, size.type, size.required) == ("PageSize", "integer", False)
    assert (size.minimum, size.maximum, size.default) == (1, 1000, 50)
    assert (page.name, page.type, page.required) == ("Page", "integer", False)
    assert (page.minimum, page.maximum, page.default) == (0, None, None)
    assert (token.name, token.type, token.required) == ("PageToken", "string", False)


def test_create_session_takes_the_documented_fields() -> None:
    fields = {
        field.name: field
        for field in CONTRACT.operation("CreateSession").form_parameters
    }
    assert list(fields) == [
        "UniqueName",
        "DateExpiry",
        "Ttl",
        "Mode",
        "Status",
        "Participants",
    ]
    assert not any(field.required for field in fields.values())
    assert all(field.description for field in fields.values())
    assert fields["UniqueName"].max_length == 191
    assert fields["DateExpiry"].format == "date-time"
    assert fields["Ttl"].type == "integer"
    assert fields["Mode"].enum == ("message-only", "voice-only", "voice-and-message")
    assert fields["Mode"].default == "voice-and-message"
    assert fields["Status"].enum == (
        "open",
        "in-progress",
        "closed",
        "failed",
        "unknown",
    )
    assert fields["Status"].default == "open"
    assert [name for name, field in fields.items() if field.repeated] == [
        "Participants"
    ]
    assert fields["Participants"].type == "string"
    assert fields["Participants"].max_items == 2


def test_update_session_takes_the_documented_fields() -> None:
    expiry, ttl, status = CONTRACT.operation("UpdateSession").form_parameters
    assert (expiry.name, ttl.name, status.name) == ("DateExpiry", "Ttl", "Status")
    assert status.enum == ("open", "in-progress", "closed", "failed", "unknown")
    assert status.default is None


@pytest.mark.parametrize(
    ("operation_id", "required"),
    [
        ("CreateService", ["UniqueName"]),
        ("UpdateService", []),
        ("CreateParticipant", ["Identifier"]),
    ],
)
def test_forms_name_their_required_fields(
    operation_id: str, required: list[str]
) -> None:
    fields = CONTRACT.operation(operation_id).form_parameters
    assert [field.name for field in fields if field.required] == required


@pytest.mark.parametrize(
    ("operation_id", "status", "schema"),
    [
        ("CreateSession", 201, "Session"),
        ("ListSession", 200, "SessionPage"),
        ("FetchSession", 404, "Error"),
        ("FetchSession", 503, "Fault"),
        ("CreateMessageInteraction", 200, "MessageInteraction"),
        ("CreateMessageInteraction", 201, "MessageInteraction"),
    ],
)
def test_response_schema_refers_to_a_component(
    operation_id: str, status: int, schema: str
) -> None:
    reference = CONTRACT.response_schema(operation_id, status)
    assert reference == f"#/components/schemas/{schema}"


@pytest.mark.parametrize(
    ("operation_id", "status"),
    [("DeleteSession", 204), ("DeleteParticipant", 200), ("FetchSession", 418)],
)
def test_response_schema_is_none_where_no_json_is_documented(
    operation_id: str, status: int
) -> None:
    assert CONTRACT.response_schema(operation_id, status) is None


def test_response_schema_refuses_an_unknown_operation() -> None:
    with pytest.raises(KeyError, match="CloseSession"):
        CONTRACT.response_schema("CloseSession", 200)


# Other documents

THING = """
openapi: 3.1.0
paths:
  /things/{Name}:
    summary: not a method
    parameters:
      - {name: Name, in: path, required: true, schema: {type: string}}
      - {name: Limit, in: query, schema: {type: integer}, description: replaced}
      - {name: Accept, in: header, schema: {type: string}}
    get:
      operationId: FetchThing
      tags: [Thing]
      parameters:
        - {name: Limit, in: query, schema: {type: integer, maximum: 9}}
      responses:
        "200":
          description: inline
          content: {application/json: {schema: {type: object}}}
        "202":
          description: reference and more
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Thing", title: A thing}
        "406":
          description: no JSON
          content: {text/plain: {schema: {type: string}}}
  /things/latest:
    get:
      operationId: FetchLatest
      tags: [Thing]
      responses: {}
components:
  schemas:
    Thing: {type: object}
"""


def spoilt(old: str, new: str) -> str:
    assert old in THING
    return THING.replace(old, new, 1)


def reason(text: str) -> str:
    with pytest.raises(ContractError) as caught:
        load(text)
    return str(caught.value)


def thing() -> Contract:
    return load(THING)


def test_match_prefers_a_literal_to_a_parameter() -> None:
    contract = thing()
    assert contract.match("GET", "/things/latest") is contract.operation("FetchLatest")
    assert contract.match("GET", "/things/other") is contract.operation("FetchThing")


def test_parameters_of_an_operation_replace_those_of_its_path() -> None:
    assert thing().operation("FetchThing").query_parameters == (
        Parameter(
            name="Limit",
            type="integer",
            format=None,
            pattern=None,
            enum=(),
            minimum=None,
            maximum=9,
            min_length=None,
            max_length=None,
            max_items=None,
            default=None,
            required=False,
            repeated=False,
            description="",
        ),
    )


def test_response_schema_refers_to_where_an_inline_schema_stands() -> None:
    where = "#/paths/~1things~1{Name}/get/responses"
    contract = thing()
    for status in (200, 202):
        assert contract.response_schema("FetchThing", status) == (
            f"{where}/{status}/content/application~1json/schema"
        )
    assert contract.response_schema("FetchThing", 406) is None


def test_load_reads_json_too() -> None:
    text = json.dumps(yaml.safe_load(THING))
    assert [each.id for each in load(text).operations] == ["FetchThing", "FetchLatest"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "expected a mapping at #, observed None"),
        ("[]", "expected a mapping at #, observed []"),
        ("{}", "expected key 'openapi' at #, observed {}"),
        ("openapi: 3.1", "expected a text at #/openapi, observed 3.1"),
        ("openapi: 3.0.3", "expected openapi 3.1, observed '3.0.3'"),
        ("openapi: 3.1.0", "expected an operation at #, observed {'openapi': '3.1.0'}"),
        ("a: [", "expected YAML, observed "),
        ("a: 2020-13-13", "expected YAML, observed month must be in 1..12"),
        ("a: \a", "expected YAML, observed "),
    ],
)
def test_load_refuses_a_text_that_is_no_document(text: str, complaint: str) -> None:
    observed = reason(text)
    assert observed.startswith(complaint)
    assert "\n" not in observed


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("FetchLatest", "FetchThing", "expected one FetchThing, observed two"),
        (
            "/things/latest",
            "/things/{Other}",
            "expected one path like /things/{Other}, observed two",
        ),
        (
            "name: Name",
            "name: Sid",
            (
                "expected ['Name'] as path parameters at #/paths/~1things~1{Name}/get, "
                "observed ['Sid']"
            ),
        ),
        (
            "tags: [Thing]",
            "tags: []",
            "expected a tag at #/paths/~1things~1{Name}/get, observed dict",
        ),
        (
            "tags: [Thing]",
            "tags: Thing",
            "expected a mapping at #/paths/~1things~1{Name}/get/tags, observed 'Thing'",
        ),
        (
            '"406"',
            "4XX",
            (
                "expected a three-digit status as key at "
                "#/paths/~1things~1{Name}/get/responses/4XX, observed dict"
            ),
        ),
        (
            "schema: {type: string}",
            "schema: {}",
            (
                "expected key 'type' at #/paths/~1things~1{Name}/parameters/0/schema, "
                "observed {}"
            ),
        ),
        (
            "maximum: 9",
            "maximum: much",
            (
                "expected a whole number at #/paths/~1things~1{Name}/get/parameters/0"
                "/schema/maximum, observed 'much'"
            ),
        ),
        (
            "#/components/schemas/Thing",
            "#/components/schemas/Thong",
            "expected something at #/components/schemas/Thong",
        ),
        (
            "#/components/schemas/Thing",
            "things.yaml#/Thing",
            "expected something at things.yaml#/Thing",
        ),
        (
            "Thing: {type: object}",
            'Thing: {$ref: "#/components/schemas/Thing"}',
            "expected a reference that ends somewhere at ",
        ),
        (
            '$ref: "#/components/schemas/Thing"',
            "$ref: [Thing]",
            "expected a reference that ends somewhere at ",
        ),
    ],
)
def test_load_refuses_a_document_we_cannot_use(
    old: str, new: str, complaint: str
) -> None:
    assert reason(spoilt(old, new)).startswith(complaint)
