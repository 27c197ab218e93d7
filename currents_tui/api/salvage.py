"""Making a model's value out of whatever was sent: what fits is kept, what does not is "not told".

It is directed by the types of the model alone, so a field added there is salvaged here as well.
"""

import threading
import types
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from currents_tui.core.ink import Inked, inked
from currents_tui.core.model import Link
from currents_tui.core.text import Block, Text, block, plain

_MILLIS_FROM = 1e11
"""From here on a bare number is a moment in milliseconds (1973 and later); below it is not one."""


class _Nothing:
    """The value of what could not be saved; None is a value that a field may have."""


_NOTHING = _Nothing()


def gate(kind: type, value: object) -> object:
    """msgspec's hook: a string on its way into a field for text, through the gate."""
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {type(value).__name__}")
    if kind is Text:
        return plain(value)
    if kind is Block:
        return block(value)
    if kind is Inked:
        return inked(value)
    if kind is Link:
        return Link(value)
    raise NotImplementedError(kind)


_BUILDING = threading.Lock()


def decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """A decoder for `kind`; every class in it can be salvaged by several threads from then on.

    msgspec works out what a class is made of when it first meets it. Where two threads meet it at once,
    the process dies of it (0.22.0), so nothing is salvaged that has not been in here.
    """
    with _BUILDING:
        return msgspec.json.Decoder(kind, dec_hook=gate)


def salvage(value: object, kind: Any) -> object:
    """`value` as a `kind`, without those parts of it that do not fit; `_NOTHING` if nothing fits."""
    try:
        return msgspec.convert(value, kind, dec_hook=gate)
    # UnicodeEncodeError: a key with a lone surrogate. RecursionError: nested deeper than the model is.
    except (msgspec.ValidationError, UnicodeEncodeError, RecursionError):
        pass
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _salvage_option(value, get_args(kind))
    if origin is tuple:
        return _salvage_items(value, get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _salvage_fields(value, kind)
    return _salvage_leaf(value, kind)


def plausible(value: Any) -> Any:
    """`value` without moments before 1970 or after 2199, which are another program's "never".

    In local time, or with a duration added, the first and the last year are an OverflowError.
    """
    if isinstance(value, datetime):
        return _plausible_moment(value)
    if isinstance(value, tuple):
        return tuple(plausible(item) for item in value)
    if isinstance(value, Struct):
        return type(value)(**{name: plausible(getattr(value, name)) for name in value.__struct_fields__})
    return value


def _salvage_option(value: object, options: tuple[Any, ...]) -> object:
    """`X | None`: as an X, or not told."""
    for option in options:
        if option is not types.NoneType:
            saved = salvage(value, option)
            if saved is not _NOTHING:
                return saved
    return None


def _salvage_items(value: object, kind: Any) -> object:
    if not isinstance(value, list):
        return _NOTHING
    saved = (salvage(item, kind) for item in value)
    return tuple(item for item in saved if item is not _NOTHING)


def _salvage_fields(value: object, kind: type[Struct]) -> object:
    if not isinstance(value, dict):
        return _NOTHING
    saved = {}
    for field in _fields(kind):
        if field.encode_name in value:
            part = salvage(value[field.encode_name], field.type)
            if part is not _NOTHING:
                saved[field.name] = part
    return kind(**saved)


# Resolving the annotations of a class takes 50 µs, and a run can have 10,000 specs to save.
_fields = lru_cache(maxsize=None)(fields)


def _salvage_leaf(value: object, kind: Any) -> object:
    """A number sent as digits or as 3.0, a time without a zone or in milliseconds; else nothing."""
    base = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    other: object = None
    if base is datetime:
        other = _moment(value)
    elif base in (int, float):
        other = _number(value, base)
    elif base in (Text, Block, Inked) and isinstance(value, int | float) and not isinstance(value, bool):
        other = str(value)  # an id or a version that somebody sent as a number
    if other is None:
        return _NOTHING
    try:
        return msgspec.convert(other, kind, dec_hook=gate)
    except msgspec.ValidationError:
        return _NOTHING


def _number(value: object, base: type[int] | type[float]) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
        return int(number) if base is int and number.is_integer() else number
    except (ValueError, OverflowError):
        return None


def _moment(value: object) -> datetime | None:
    # "Never" in milliseconds, or in one of ISO's other forms, has none of the signs that it is known by.
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return _plausible_moment(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
        if isinstance(value, int | float) and value >= _MILLIS_FROM:
            return _plausible_moment(datetime.fromtimestamp(value / 1000, UTC))
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _plausible_moment(moment: datetime) -> datetime | None:
    return moment if 1970 <= moment.year < 2200 else None
