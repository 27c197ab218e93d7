"""Signed links, and the pictures that they lead to."""

from __future__ import annotations

import io
import json
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from PIL import Image

from currents_tui.sim.api import READ_WRITE_KEY
from currents_tui.sim.launch import Simulator
from currents_tui.sim.links import Signer, is_granted
from currents_tui.sim.storage import HEIGHT, WIDTH, picture, stored

NOW = 1_772_366_400_000
DAY = 86_400_000
STORAGE = "http://127.0.0.1:1/storage"


@pytest.mark.parametrize("name", ["a/b-0.png", "screenshots/x.png", ""])
def test_pictures_are_whole_and_always_the_same(name: str) -> None:
    drawn = picture(name)
    with Image.open(io.BytesIO(drawn), formats=("PNG",)) as found:
        found.load()
        assert (found.size, found.mode) == ((WIDTH, HEIGHT), "RGB")
        assert len(found.convert("P", palette=Image.Palette.ADAPTIVE).getcolors() or []) > 5
    picture.cache_clear()
    assert picture(name) == drawn
    assert len(drawn) < 20_000


def test_pictures_differ() -> None:
    assert len({picture(f"{number}.png") for number in range(20)}) == 20


def test_only_what_is_served_leads_to_the_storage() -> None:
    signer = Signer(1, NOW, STORAGE)
    for link in (signer.cdn("x.png"), signer.bucket("x.png"), signer.bucket("x.md"), signer.bucket("x.txt")):
        assert link.startswith(f"{STORAGE}/x.")
    for link in (
        signer.cdn("x.mp4"),
        signer.bucket("x.webm"),
        signer.bucket("x.zip"),
        Signer(1, NOW).cdn("x.png"),
    ):
        assert urlsplit(link).hostname in ("artifacts.currents.example", "storage.currents.example")


@pytest.mark.parametrize(
    ("link", "lasts"), [(Signer(1, NOW).cdn("x.png"), 7_200_000), (Signer(1, NOW).bucket("x.png"), 3 * DAY)]
)
def test_links_expire(link: str, lasts: int) -> None:
    query = urlsplit(link).query
    assert is_granted(query, NOW)
    assert is_granted(query, NOW + lasts - 1)
    assert not is_granted(query, NOW + lasts)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "Expires=9999999999",
        "X-Amz-Signature=1",
        "Signature=1",
        "Signature=1&X-Amz-Date=x&X-Amz-Expires=1",
    ],
)
def test_what_is_not_signed_or_does_not_say_until_when_is_refused(query: str) -> None:
    assert not is_granted(query, NOW)
    assert stored("/storage/x.png", query, None, NOW)[0] == 403


def test_a_key_is_not_wanted() -> None:
    query = urlsplit(Signer(1, NOW).cdn("x.png")).query
    assert stored("/storage/x.png", query, "Bearer x", NOW)[0] == 400
    assert stored("/storage/x.zip", query, None, NOW)[0] == 404
    assert stored("/storage/x.md", query, None, NOW)[:2] == (200, "text/plain; charset=utf-8")


def test_the_links_of_an_answer_can_be_followed() -> None:
    with Simulator.start("failing", now="2026-03-01T12:00:00Z") as simulator:
        key = {"Authorization": f"Bearer {READ_WRITE_KEY}"}

        def asked(path: str) -> dict[str, object]:
            with urlopen(Request(f"{simulator.url}{path}", headers=key), timeout=30) as answer:  # noqa: S310
                found: dict[str, object] = json.load(answer)["data"]
                return found

        specs = asked(f"/runs/{simulator.runs[0]}")["specs"]
        assert isinstance(specs, list)
        failed = next(spec for spec in specs if spec["results"] and spec["results"]["stats"]["failures"])
        results = asked(f"/instances/{failed['instanceId']}")["results"]
        assert isinstance(results, dict)
        link = results["screenshots"][0]["screenshotURL"]
        with urlopen(link, timeout=30) as answer:  # noqa: S310
            assert answer.headers["Content-Type"] == "image/png"
            assert answer.read() == picture(urlsplit(link).path)
        with pytest.raises(HTTPError) as caught:
            urlopen(link.replace("Signature", "Nothing"), timeout=30)  # noqa: S310
        with caught.value as refused:
            assert refused.code == 403
