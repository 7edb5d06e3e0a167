"""CloudTrail: who changed what, as far as a test has told."""

import json
from datetime import datetime

from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.responses import ActionResult

told: dict[str, list[dict]] = {}


def record(resource: str, record: dict) -> None:
    """Puts an event about a resource on record. It has the shape of
    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
    """
    told.setdefault(resource, []).insert(0, record)


def apply() -> None:
    CloudTrailResponse.lookup_events = lookup_events


def lookup_events(self) -> ActionResult:
    """The newest first, by the name of a resource:
    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
    """
    wanted = self._get_param("LookupAttributes") or []
    names = [one["AttributeValue"] for one in wanted if one["AttributeKey"] == "ResourceName"]
    found = [event(name, record) for name in names for record in told.get(name, [])]
    return ActionResult({"Events": found})


def event(resource: str, record: dict) -> dict:
    identity = record.get("userIdentity", {})
    return {
        "EventId": record.get("eventID", ""),
        "EventName": record["eventName"],
        "ReadOnly": str(record.get("readOnly", False)).lower(),
        "EventTime": datetime.fromisoformat(record["eventTime"].replace("Z", "+00:00")),
        "EventSource": record.get("eventSource", ""),
        "Username": identity.get("userName") or identity.get("principalId", ""),
        "Resources": [{"ResourceName": resource}],
        "CloudTrailEvent": json.dumps(record),
    }
