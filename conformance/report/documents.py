"""The documents that the catalogue cites, and how well each kind of source holds."""

from collections.abc import Mapping

from conformance.catalogue import Grade

DOCUMENTS: Mapping[str, str] = {
    "S0": "the Session type of a generated client: sixteen fields, types, nullability",
    "S1": "the reference of “create a Session”: parameters, one request, one answer",
    "S2": "the Session resource page: properties, create, fetch, list, update, delete",
    "api-facts": "what else is known of the API from public sources, each fact graded",
}
"""What each key in a source stands for."""

GRADES: Mapping[Grade, str] = {
    Grade.DOCUMENTED: "documented",
    Grade.SDK: "seen in official SDKs",
    Grade.OBSERVED: "observed by a third party",
    Grade.REPORTED: "reported by users",
    Grade.INFERRED: "inferred",
    Grade.UNKNOWN: "not established",
}
"""What the letter of a grade stands for."""
