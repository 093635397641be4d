"""The one door for whatever people say, press, send or react with, on every platform.

Each inbound is one transaction: it is answered the same when it comes again, and either everything that it did is kept or
nothing. Refusals are answers too; only what nobody foresaw is raised, after it has been undone.
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.chat import Button, Form, Home, Inbound, Option, Pointed, Pressed, Reacted, Reply, Said
from bot.escalation.case import Case, Place
from bot.escalation.words import CaseId, PersonId, case_name
from bot.handlers import announcing, likely, linking, looking, presence, remedies, reporting, routes
from bot.handlers.acting import act, talk
from bot.handlers.finding import fits, number_meant, seen, theirs
from bot.handlers.home import home_of
from bot.handlers.parse import NoCase, NoVerb
from bot.handlers.remembered import from_json, to_json
from bot.handlers.reports import title_of
from bot.handlers.settings import Settings
from bot.handlers.showing import show_digest
from bot.handlers.suggesting import Kind, suggestions
from bot.handlers.turn import Deciding, LockFirst, Scene, TakeBack, Turn
from bot.handlers.typed import values_of
from bot.handlers.understanding import Capture, Chat, Meant, NoForm, Talk, Wish, meant
from bot.ports import Away, Clock, NotSaved, Reading, Store, Tx, Unsure
from bot.wording import causes, faults, forms, refusals, replies

log = structlog.get_logger()

PRESSED_TWICE_WITHIN = timedelta(hours=1)
_LOOK_AGAIN = (0.0, 0.2, 0.5, 1.0)  # seconds between the tries to find out; platforms give up on an answer after three
_ENOUGH_TO_REPORT = 4  # words; fewer are thanks or a greeting


class Desk:
    """Handles inbound events, any number at a time; all that it keeps is in the store."""

    def __init__(self, store: Store, clock: Clock, settings: Settings | None = None) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings or Settings()

    @property
    def settings(self) -> Settings:
        """Return what it goes by now."""
        return self._settings

    def use(self, settings: Settings) -> None:
        """Take other settings, from the next inbound on."""
        self._settings = settings

    async def handle(self, inbound: Inbound) -> Reply:
        """Do what is asked, once, and return what to answer."""
        try:
            return await self._handled(inbound, meant(inbound, self._settings))
        except Away as fault:
            return Reply(lines=((str(fault),),), refused=True, again=True)

    async def _handled(self, inbound: Inbound, wanted: Meant | None) -> Reply:
        match wanted:
            case None:
                return Reply()
            case NoVerb(word, suggestion):
                return Reply(lines=replies.unknown_verb(word, suggestion), refused=True)
            case NoCase(word):
                return Reply(lines=(replies.unknown_case(word),), refused=True)
            case NoForm():
                return Reply(lines=(faults.no_such_form(),), refused=True)
            case Wish(verb=verb) if verb in looking.LOOKS or verb == "digest":
                return await self._look(inbound, wanted)
            case Wish(verb="remedies"):
                return await self._remedies(inbound, wanted)
            case Chat(text):
                return await self._chat(inbound, text)
            case _:
                return await self._hinted(inbound, wanted, await self._write(inbound, wanted))

    async def home(self, by: PersonId, place: Place) -> Home:
        """Return what waits for a person, what they reported, and what has come up to them. Nothing is written."""
        async with self._store.read() as reading:
            return await home_of(await self._scene(reading, Said("", by, place, "")))

    async def form(self, by: PersonId, place: Place, verb: str, case: CaseId | None) -> Form | None:
        """Return a verb's form as it is now; None if it has none, or if there is no case that it could be for. Nothing is written."""
        async with self._store.read() as reading:
            scene = await self._scene(reading, Said("", by, place, ""))
            if verb in forms.OF_A_CASE:
                number = case if case is not None else await number_meant(scene, verb)
                found = seen(scene, number, await reading.case(number)) if not isinstance(number, Reply) else number
                return None if isinstance(found, Reply) else scene.form(verb, found, {}).form
            if verb == "announce" and not announcing.may_announce_any(scene):
                return None
            return scene.form(verb, None, {}).form

    async def suggest(self, by: PersonId, place: Place, kind: Kind, verb: str, typed: str, most: int) -> tuple[Option, ...]:
        """Return what may be meant by what somebody has begun to type, the likeliest first. Nothing is written."""
        async with self._store.read() as reading:
            return await suggestions(await self._scene(reading, Said("", by, place, "")), kind, verb, typed, most)

    async def _look(self, inbound: Inbound, wish: Wish) -> Reply:
        async with self._store.read() as reading:
            answer = show_digest if wish.verb == "digest" else looking.look
            return await answer(await self._scene(reading, inbound), wish)

    async def _scene(self, reading: Reading, inbound: Inbound) -> Scene:
        return Scene(reading=reading, inbound=inbound, org=await reading.org(), now=self._clock.now(), settings=self._settings)

    async def _chat(self, inbound: Inbound, text: str) -> Reply:
        """Offer to make an answer of what was said, if one is waited for, else a report."""
        hint = Reply(lines=(faults.say_it_here(),), buttons=(Button("report", "Report it", style="primary"),))
        async with self._store.read() as reading:
            scene = await self._scene(reading, inbound)
            waiting = [case for case in await theirs(scene) if fits("answer", case, scene.by, scene.org, scene.now)]
            if len(waiting) == 1:
                return replace(scene.form("answer", waiting[0], {"text": text}), lines=(faults.waits_for_you(case_name(waiting[0].id)),))
            if len(text.split()) < _ENOUGH_TO_REPORT:
                return hint
            return replace(hint, form=scene.form("report", None, {"title": title_of(text), **values_of("report", text, scene.org)}).form)

    async def _remedies(self, inbound: Inbound, wish: Wish) -> Reply:
        """Offer what fixed a case to those who had the same, each in a transaction of its own: the same again offers it to nobody twice."""
        async with self._store.read() as reading:
            scene = await self._scene(reading, inbound)
            number = wish.case if wish.case is not None else await number_meant(scene, "remedies")
            of = number if isinstance(number, Reply) else seen(scene, number, await reading.case(number))
            to = of if isinstance(of, Reply) else await remedies.whom(scene, of)
        if isinstance(of, Reply):
            return of
        if isinstance(to, Reply):
            return to
        try:
            done = [one for one in to if await self._offer(scene, of, one)]
        except NotSaved as fault:
            return Reply(lines=((str(fault),),), refused=True, again=True)
        return Reply(lines=(causes.offered(of, done, len(to) - len(done)),), case=of.id)

    async def _offer(self, scene: Scene, of: Case, to: CaseId) -> bool:
        async with self._store.begin() as tx:
            deciding = Deciding(tx=tx, org=await tx.org(), now=self._clock.now())
            return await remedies.offer_one(deciding, scene.by, of, to)

    async def _hinted(self, inbound: Inbound, wanted: Meant, reply: Reply) -> Reply:
        """Put what else may be meant under the receipt of a report. After the commit: nobody's report waits for a hint, or fails by it."""
        reported = isinstance(wanted, Capture) or (isinstance(wanted, Wish) and wanted.verb == "report")
        if not reported or reply.case is None or reply.refused:
            return reply
        try:
            async with self._store.read() as reading:
                scene = await self._scene(reading, inbound)
                case = await reading.case(reply.case)
                return await likely.offered(scene, case, reply) if case is not None and case.live else reply
        except Exception:
            log.exception("report.no_hint", case=reply.case)
            return reply

    async def _write(self, inbound: Inbound, wanted: Meant) -> Reply:
        first: frozenset[CaseId] = frozenset()
        unsure, waits = None, iter(_LOOK_AGAIN if inbound.key else ())
        while True:
            try:
                async with self._store.begin() as tx:
                    return await self._once(tx, inbound, wanted, first)
            except LockFirst as more:
                first |= more.cases
            except NotSaved as fault:
                unsure = fault if isinstance(fault, Unsure) else unsure
                wait = next(waits, None) if unsure is not None else None
                if wait is None:
                    return Reply(lines=((str(unsure or fault),),), refused=True, again=True)
                # The same once more: if it was kept, its answer is found; told to try again, people would do it twice.
                await asyncio.sleep(wait)
            except TakeBack as undone:
                return await self._undone(undone)

    async def _once(self, tx: Tx, inbound: Inbound, wanted: Meant, first: frozenset[CaseId]) -> Reply:
        if inbound.key and (kept := await tx.answered(inbound.key)) is not None:
            return from_json(kept)
        # After the transaction began, so that facts stand in the order of their times.
        turn = Turn(tx=tx, reading=tx, inbound=inbound, org=await tx.org(), now=self._clock.now(), settings=self._settings)
        await turn.lock(*sorted(first))
        once = await _Once.key_for(turn, wanted)
        reply = once.before or await _do(turn, wanted)
        if once.key and not once.before and not reply.refused and reply.form is None:
            await tx.remember(once.key, to_json(reply) | {"at": turn.now.isoformat()})
        if inbound.key and reply != Reply() and reply.form is None:
            await tx.remember(inbound.key, to_json(reply))
        return reply

    async def _undone(self, undone: TakeBack) -> Reply:
        async with self._store.read() as reading:
            org, decision = await reading.org(), undone.decision
        assert decision.refusal is not None
        return Reply(lines=refusals.refused(decision.refusal, decision.case, org, self._clock.now()), refused=True)


async def _do(turn: Turn, wanted: Meant) -> Reply:
    match wanted:
        case Wish():
            return await _verb(turn, wanted)
        case Talk(text):
            return await talk(turn, text)
        case Capture() if isinstance(turn.inbound, Reacted | Pointed):
            return await reporting.capture(turn, turn.inbound)
        case _:
            return Reply()


async def _verb(turn: Turn, wish: Wish) -> Reply:
    match wish.verb:
        case "report":
            return await reporting.report(turn, wish)
        case "undo":
            return await reporting.undo(turn, wish)
        case "away":
            return await presence.away(turn, wish)
        case "back":
            return await presence.back(turn, wish)
        case "link":
            return await linking.link(turn, wish)
        case "prefer":
            return await linking.prefer(turn, wish)
        case "dead":
            return await routes.dead(turn, wish)
        case "announce":
            return await announcing.announce(turn, wish)
        case _:
            return await _on_a_case(turn, wish)


async def _on_a_case(turn: Turn, wish: Wish) -> Reply:
    if wish.pressed and wish.case is None:
        return Reply(lines=(faults.which_button(),), refused=True)
    return await act(turn, wish)


class _Once:
    """Whether this was done before, by the same form or the same button; and the key under which to remember that it was."""

    def __init__(self, key: str | None = None, before: Reply | None = None) -> None:
        self.key = key
        self.before = before

    @classmethod
    async def key_for(cls, turn: Turn, wanted: Meant) -> "_Once":
        if isinstance(wanted, Wish) and wanted.form is not None:
            key = f"form/{wanted.form[:200]}/{turn.by}"
            kept = await turn.tx.answered(key)
            if kept is None:
                return cls(key)
            reply = from_json(kept)
            return cls(key, replace(reply, lines=(faults.already_sent(), *reply.lines)))
        if isinstance(wanted, Wish) and isinstance(turn.inbound, Pressed) and wanted.verb == "chase" and turn.place.message:
            return await cls._press(turn, wanted)
        return cls()

    @classmethod
    async def _press(cls, turn: Turn, wish: Wish) -> "_Once":
        """Find the first press that is not remembered. An hour later it is no double press, but somebody who has to ask again."""
        place = turn.place
        base = f"press/{place.platform}/{place.workspace}/{place.conversation}/{place.message}/{wish.verb}/{wish.case}/{turn.by}"
        number = 1
        while (kept := await turn.tx.answered(f"{base}/{number}")) is not None:
            if turn.now - datetime.fromisoformat(kept["at"]) < PRESSED_TWICE_WITHIN:
                reply = from_json(kept)
                return cls(None, replace(reply, lines=(faults.already_pressed(), *reply.lines)))
            number += 1
        return cls(f"{base}/{number}")
