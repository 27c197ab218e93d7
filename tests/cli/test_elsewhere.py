"""The key goes to the API and nowhere else, wherever its answers lead.

That a server which is not the API gets no key is looked at when it is closed (`tests.guards`).
"""

from __future__ import annotations

from functools import partial

from tests import guards, instances
from tests.canned import Answer, Request
from tests.cli import answers, program
from tests.cli.program import RUN_ID
from tests.cli.serving import Elsewhere, Serving, enveloped, in_thread, serving
from tests.pictures import encoded, halves

PICTURE = Answer(headers=(("Content-Type", "image/png"),), body=encoded(halves(320, 160)))


class WithInstances(Serving):
    """Tells of one run, and of the instance of its first spec."""

    def __init__(self, instance: Answer) -> None:
        super().__init__([enveloped(answers.playwright(complete=True))])
        self._instance = instance

    def answer_to(self, request: Request) -> Answer:
        return self._instance if "/instances/" in request.target else super().answer_to(request)


watching = partial(program.watching, cols=100, rows=40, beyond=(guards.PICTURES,))


def sent_on(to: Serving) -> Answer:
    return Answer(status=302, reason=b"Found", headers=(("Location", f"{to.url}/v1/runs/{RUN_ID}"),))


def test_a_picture_comes_from_its_storage_and_from_where_that_sends_it_on_to() -> None:
    with in_thread(Elsewhere([PICTURE])) as other, in_thread(Elsewhere([sent_on(other)])) as storage:
        first = answers.playwright(complete=True)["specs"][0]["instanceId"]
        instance = instances.playwright_1() | {"instanceId": first}
        for shot in instance["results"]["screenshots"]:
            shot["screenshotURL"] = f"{storage.url}/shot.png?X-Amz-Signature=abc"
        with in_thread(WithInstances(enveloped(instance))) as api, watching(api) as terminal:
            terminal.wait_for("Error: expect(received)")
            terminal.send("\rv")
            terminal.wait_for("320×160")
        assert [len(server.requests) for server in (storage, other)] == [1, 1]
        assert all("authorization" in request.headers for request in api.requests)


def test_an_api_that_sends_on_is_not_followed() -> None:
    with in_thread(Elsewhere([PICTURE])) as other, serving(sent_on(other)) as api, watching(api) as terminal:
        terminal.wait_for("redirect (302)")
        asked = len(api.requests)
        terminal.wait_until(lambda: len(api.requests) > asked, "another request")
        assert other.requests == []
