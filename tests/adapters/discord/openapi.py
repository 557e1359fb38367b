"""Whether requests are what Discord's own description of its API allows.

``openapi.json.gz`` is what is needed of it: every path with its methods and the names in its query, and the schemas of
the bodies that are sent (see NOTICE). ``python -m tests.adapters.discord.openapi DESCRIPTION`` makes it anew.

It is read more strictly than it is written: a name that no schema has is a mistake. And less: discord.py sends ids as
numbers, and a few names that Discord takes and does not describe.
"""

from __future__ import annotations

import functools
import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

Json = dict[str, Any]
KEPT = Path(__file__).with_name("openapi.json.gz")
COMPONENTS = "#/components/schemas/"
METHODS = ("get", "put", "post", "patch", "delete")
#: Whose bodies are kept; a request with a body to any other route is complained of.
BODIES = (
    ("post", "/channels/{channel_id}/messages"),
    ("patch", "/channels/{channel_id}/messages/{message_id}"),
    ("patch", "/channels/{channel_id}"),
    ("post", "/channels/{channel_id}/threads"),
    ("post", "/interactions/{interaction_id}/{interaction_token}/callback"),
    ("post", "/webhooks/{webhook_id}/{webhook_token}"),
    ("patch", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"),
    ("patch", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"),
    ("post", "/users/@me/channels"),
    ("put", "/applications/{application_id}/commands"),
    ("put", "/applications/{application_id}/guilds/{guild_id}/commands"),
)
#: What discord.py says in a query besides.
QUERIES = frozenset({"use_nested_fields"})
#: What discord.py sends besides: by the schema that has not got it.
BESIDES: Mapping[str, tuple[str, ...]] = {
    "ApplicationCommandUpdateRequest": ("nsfw",),
    "BaseCreateMessageCreateRequest": ("tts",),
    "CreateForumThreadRequest": ("type",),
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": ("tts",),
    "RichEmbed": ("flags",),
    "MessageEditRequestPartial": ("tts",),
    "IncomingWebhookUpdateRequestPartial": ("tts",),
    "IncomingWebhookInteractionRequest": ("tts",),
    "IncomingWebhookRequestPartial": ("tts",),
    # An attachment that is to stay is sent as it was read.
    "MessageAttachmentRequest": ("content_type", "height", "proxy_url", "size", "spoiler", "url", "width"),
}


def complaints(requests: Iterable[Any]) -> list[str]:
    """What is wrong with each of them, in the order in which they were made; those of simcord and of the wire."""
    return [
        f"{each.method} {each.path}: {wrong}"
        for each in requests
        for wrong in _wrong(
            each.method.lower(),
            each.path,
            each.json if hasattr(each, "json") else each.body,
            each.params if hasattr(each, "params") else each.query,
        )
    ]


def _wrong(method: str, path: str, body: Any, query: Mapping[str, Any]) -> Iterator[str]:
    found = _route(method, path)
    if found is None:
        yield "there is no such route"
        return
    template, known = found
    yield from (f"the query has {name!r}" for name in sorted(query.keys() - set(known["query"]) - QUERIES))
    if body is None:
        if known["required"]:
            yield "it has no body"
        return
    yield from _wrong_inside(method, template, json.dumps(body))


@functools.lru_cache(maxsize=64)
def _wrong_inside(method: str, template: str, body: str) -> tuple[str, ...]:
    """What is wrong with a body; all commands together take a third of a second, and are always the same."""
    validator = _validator(method, template)
    if validator is None:
        return (f"its body is not described; BODIES has to name {(method, template)}",)
    errors = map(_meant, validator.iter_errors(json.loads(body)))
    return tuple(f"at {error.json_path}: {error.message[:300]}" for error in errors)


def _meant(error: ValidationError) -> ValidationError:
    """Of what may have several shapes, the mistake in the shape of its ``type``, or else the deepest."""
    shapes: dict[int | str, list[ValidationError]] = {}
    for each in error.context or ():
        shapes.setdefault(each.schema_path[0], []).append(each)
    meant = [each for each in shapes.values() if not any(list(one.path)[-1:] == ["type"] for one in each)]
    found = best_match(meant[0] if len(meant) == 1 else [error])
    return error if found is None else found


@functools.cache
def _described() -> Json:
    found: Json = json.loads(gzip.decompress(KEPT.read_bytes()))
    return found


@functools.cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those with more words of their own first: ``messages/pins`` before ``messages/{message_id}``."""
    return tuple(
        (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))), template)
        for template in sorted(_described()["paths"], key=lambda each: each.count("{"))
    )


def _route(method: str, path: str) -> tuple[str, Json] | None:
    for pattern, template in _templates():
        if pattern.fullmatch(path) and (known := _described()["paths"][template].get(method)):
            return template, known
    return None


@functools.cache
def _validator(method: str, template: str) -> Draft202012Validator | None:
    schema = _described()["paths"][template][method].get("body")
    if schema is None:
        return None
    return Draft202012Validator({**_relaxed(schema), "components": {"schemas": _schemas()}})


@functools.cache
def _schemas() -> Json:
    return {name: _relaxed(schema, name) for name, schema in _described()["schemas"].items()}


def _relaxed(schema: Any, name: str = "") -> Any:
    """With ids as numbers too, one or more of what was to be one, and no names but those that are described."""
    if name == "SnowflakeType":
        return {"anyOf": [schema, {"type": "integer", "minimum": 0}]}
    if isinstance(schema, list):
        return [_relaxed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {"anyOf" if key == "oneOf" else key: _relaxed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        made["properties"] |= dict.fromkeys(BESIDES.get(name, ()), True)
        made.setdefault("additionalProperties", False)
    return made


def reduced(description: Json) -> Json:
    """What is needed of the whole description."""
    paths: Json = {}
    schemas: Json = {}
    for template, item in description["paths"].items():
        methods = {name: item[name] for name in METHODS if name in item}
        for method, operation in methods.items():
            body = operation.get("requestBody", {})
            kept = paths.setdefault(template, {})[method] = {
                "query": [each["name"] for each in operation.get("parameters", ()) if each.get("in") == "query"],
                "required": body.get("required", False),
            }
            if (method, template) in BODIES:
                kept["body"] = body["content"]["application/json"]["schema"]
                _gather(kept["body"], description["components"]["schemas"], schemas)
    info = {name: description["info"][name] for name in ("title", "version", "license")}
    return {"info": info, "paths": paths, "schemas": dict(sorted(schemas.items()))}


def _gather(schema: Any, known: Json, found: Json) -> None:
    """Every schema that this one names, and those that they name."""
    if isinstance(schema, list):
        for each in schema:
            _gather(each, known, found)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key != "$ref":
                _gather(value, known, found)
            elif (name := value.removeprefix(COMPONENTS)) not in found:
                found[name] = known[name]
                _gather(known[name], known, found)


if __name__ == "__main__":
    made = json.dumps(reduced(json.loads(Path(sys.argv[1]).read_text())), separators=(",", ":"))
    KEPT.write_bytes(gzip.compress(made.encode(), mtime=0))
