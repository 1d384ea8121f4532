"""The API is as its document says: every operation is tried with what fits it and what does not (schemathesis).

Jobs end at once here, with an empty result: what is tried is the server, not the music.
"""

from __future__ import annotations

import warnings
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from descant.io.score.write_musicxml import write_musicxml
from descant.pipelines.pool import Finished
from descant.studio import jobs, sounds
from descant.studio.work_listen import listen
from tests.retrieval.collection import made
from tests.scores import tune
from tests.studio.served import HOST, client

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own dependencies
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

EXAMPLES = 6  # of each operation and mode
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]


class Tried:
    """A studio with a piece, a job and a library, and a client that is let in."""

    def __init__(self, here, folder):
        self.client = here
        self.studio = here.app.state.studio
        write_musicxml(tune(), folder / "tune.musicxml")
        self.tune = (folder / "tune.musicxml").read_bytes()

    def known(self):
        """Ids of what is there; what an operation has removed is made again."""
        store, begun = self.studio.pieces, self.studio.jobs
        if not store.all():
            listen(store, self.client.post("/api/pieces?name=tune.musicxml", content=self.tune).json()["id"])
        job = begun.all()[0] if begun.all() else begun.start("listen", {}, title="There is nothing to do")
        return {"piece": store.all()[0].id, "job": job.id, "item": "1"}

    def document(self):
        return self.client.get("/openapi.json").json()

    def operations(self):
        """Every operation but the stream of events, which does not end."""
        schema = schemathesis.openapi.from_dict(self.document())
        return [one.ok() for one in schema.exclude(path="/api/events").get_all_operations()]

    def try_out(self, operation, mode):
        """Ask what was made up, and the same of what is there."""
        known = self.known()

        @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy(generation_mode=mode))
        def answers(case):
            self.ask(case)
            if case.path_parameters:
                case.path_parameters |= {name: one for name, one in known.items() if name in case.path_parameters}
                self.ask(case)

        answers()

    def ask(self, case):
        asked = case.as_transport_kwargs(base_url=HOST)
        asked["content"] = asked.pop("data", None)
        asked.pop("cookies", None)
        answer = self.client.request(**asked)
        case.validate_response(answer, checks=CHECKS)


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    folder = tmp_path_factory.mktemp("openapi")
    made(folder / "library.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "run_jobs", lambda *_, **__: iter([Finished(0, {})]))
        patch.setattr(sounds, "PITCHES", sounds.PITCHES[:1])  # whole ones take a second each
        patch.setattr(sounds, "DRUMS", sounds.DRUMS[:1])
        with client(folder) as here:
            yield Tried(here, folder)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_answers_as_the_document_says(tried, mode):
    for operation in tried.operations():
        with suppress(Unsatisfiable):  # nothing about it can be wrong: it takes nothing
            tried.try_out(operation, mode)


def test_every_operation_says_what_it_is_for(tried):
    document = tried.document()
    assert document["info"]["title"] == "descant studio"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            assert len(operation["description"]) > len(operation["summary"]), (method, path)
            assert operation["tags"], (method, path)
            assert {"4XX", "503"} <= set(operation["responses"]), (method, path)
            assert "422" not in operation["responses"], (method, path)
            for parameter in operation.get("parameters", []):
                assert parameter.get("description") or parameter["in"] == "header", (method, path, parameter["name"])
