"""Which bugs are planted, where, and which test catches each? Most are what a peer had (ANCHORS: what others get wrong), or nearly."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bug:
    """One change of one line or a few: what stands there, what is put in its place, and the test that goes red."""

    name: str
    file: str
    old: str
    new: str
    caught_by: str


def planted(bug: Bug, text: str) -> str:
    """Return a file with a bug in it.

    Raises:
        ValueError: what it changes is not there, or not once: the bug has to be planted anew.
    """
    if text.count(bug.old) != 1:
        raise ValueError(f"{bug.name}: {bug.file} has it {text.count(bug.old)} times, not once:\n{bug.old}")
    return text.replace(bug.old, bug.new)


PLANTED = (
    # --- delivery
    Bug(
        "sent before it is committed",
        "bot/outbox/worker.py",
        """            # Before the lease begins, so that it never seems longer than it is.
            over = until(self._elapsed(), self._lease)
            mine = await self._outbox.commit(token, [fixed for fixed, _ in plans])
        except BaseException:
            await self._let_go(token)
            raise
        for _, flight in plans:
            if flight is not None and flight.lane in mine:
                self._send(token, flight, org, now, over)
""",
        """            over = until(self._elapsed(), self._lease)
            for _, flight in plans:
                if flight is not None:
                    self._send(token, flight, org, now, over)
            mine = await self._outbox.commit(token, [fixed for fixed, _ in plans])
        except BaseException:
            await self._let_go(token)
            raise
""",
        "tests/contracts/test_outbox_crashes.py::test_a_lease_frees_its_lane_by_machine_time_only",
    ),
    Bug(
        "a lease without a token: whoever held a lane once may mark it",
        "bot/store/lanes.py",
        '.where(NAMED, lanes.c.token == bindparam("by"))',
        ".where(NAMED)",
        "tests/contracts/test_outbox_crashes.py::test_a_zombie_marks_nothing",
    ),
    Bug(
        "a lease that never ends",
        "bot/store/lanes.py",
        ".where(text(HELD), lanes.c.lease_until <= machine)",
        ".where(text(HELD), lanes.c.lease_until.is_(None))",
        "tests/contracts/test_outbox_crashes.py::test_a_lease_frees_its_lane_by_machine_time_only",
    ),
    Bug(
        "what was in flight is sent again without asking",
        "bot/store/lanes.py",
        'await conn.execute(lost.values(state="waiting", ambiguous=True, token=None))',
        'await conn.execute(lost.values(state="waiting", token=None))',
        "tests/contracts/test_outbox_crashes.py::test_a_crash_at_any_moment_says_nothing_twice_and_loses_nothing",
    ),
    Bug(
        "no answer counts as not arrived",
        "bot/outbox/carrier.py",
        'return TryLater("no answer came", ambiguous=True)',
        'return TryLater("no answer came")',
        "tests/contracts/test_outbox_platform.py::test_who_never_answers_may_have_it_all_the_same",
    ),
    Bug(
        "the library posts again on a broken connection",
        "bot/adapters/slack/calls.py",
        "retry_handlers=[], ",
        "",
        "tests/scenarios/test_slack_failures.py::test_a_post_whose_answer_got_lost_is_there_once",
    ),
    Bug(
        "yesterday's reminders are said after an outage",
        "bot/outbox/wanted.py",
        "return None if _wanted(MessageKind(delivery.kind), person, case, fact, org, now) else",
        "return None if True else",
        "tests/outbox/test_wanted.py::test_still_wanted",
    ),
    Bug(
        "each reminder is a message of its own",
        "bot/outbox/plan.py",
        "return [head, *same] if head.kind == MessageKind.NAG else [head]",
        "return [head]",
        "tests/outbox/test_plan.py::test_several_nags_are_one_message_whose_key_they_make",
    ),
    Bug(
        "the nonce is another one each time",
        "bot/adapters/discord/posting.py",
        "nonce=nonce_of(key, times))",
        "nonce=nonce_of(key + str(id(message)), times))",
        "tests/scenarios/test_discord_failures.py::test_a_post_whose_answer_got_lost_is_there_once",
    ),
    Bug(
        "giving up tells nobody",
        "bot/outbox/carrier.py",
        'return GivenUp(why, _notices(flight, "undelivered", unreached(_whom(flight, org), why), org, now), lost)',
        "return GivenUp(why, (), lost)",
        "tests/contracts/test_outbox_platform.py::test_whom_no_way_leads_to_is_given_up_aloud",
    ),
    Bug(
        "the same event has its effect twice",
        "bot/handlers/desk.py",
        "if inbound.key and (kept := await tx.answered(inbound.key)) is not None:",
        "if False and (kept := await tx.answered(inbound.key)) is not None:",
        "tests/handlers/test_likely.py::test_the_same_event_again_offers_the_same",
    ),
    Bug(
        "an event is acknowledged before it is handled",
        "bot/adapters/slack/workspace.py",
        "process_before_response=True",
        "process_before_response=False",
        "tests/scenarios/test_slack_hiccups.py::test_a_reaction_is_not_lost_when_its_message_cannot_be_read_at_once",
    ),
    # --- the database
    Bug(
        "a plain BEGIN, which loses updates",
        "bot/store/sqlite_driver.py",
        'BEGIN = "BEGIN IMMEDIATE"',
        'BEGIN = "BEGIN"',
        "tests/contracts/test_store.py::test_whoever_waits_too_long_for_a_lock_is_told_so",
    ),
    Bug(
        "a commit that a power cut takes back",
        "bot/store/database.py",
        '"synchronous = FULL"',
        '"synchronous = OFF"',
        "tests/store/test_database.py::test_commits_are_on_the_disk_before_anybody_is_told",
    ),
    Bug(
        "a hash that does not know the fact before",
        "bot/store/timeline.py",
        "return hashlib.sha256(before + body).digest()",
        "return hashlib.sha256(body).digest()",
        "tests/store/test_verify.py::test_tampering_is_found",
    ),
    Bug(
        "a case that moved on is overwritten",
        "bot/store/writing.py",
        """    if numbers[0] != version + 1:
        raise NotSaved
""",
        "",
        "tests/contracts/test_store.py::test_what_was_decided_on_an_old_reading_is_not_saved",
    ),
    Bug(
        "a case that stands still is told to nobody",
        "bot/store/writing.py",
        "for admin in (await self.org()).admins if version else ():",
        "for admin in ():",
        "tests/contracts/test_store.py::test_a_parked_case_stands_still_until_somebody_does_something",
    ),
    # --- time
    Bug(
        "acknowledged, then forgotten",
        "bot/escalation/answering.py",
        """    if answers_here(draft, by):
        sets["response"] = None
        if case.status is Status.OPEN:
""",
        """    if answers_here(draft, by):
        sets["response"] = None
        sets["resolution_clock"] = None
        if case.status is Status.OPEN:
""",
        "tests/escalation/test_answering.py::test_answering",
    ),
    Bug(
        "a promise quiets the escalation",
        "bot/escalation/ticking.py",
        "(case.resolution_clock.deadline if case.resolution_clock else None, Why.UNRESOLVED),",
        "(case.resolution_clock.deadline if case.resolution_clock and not case.promise else None, Why.UNRESOLVED),",
        "tests/escalation/test_levels.py::test_levels",
    ),
    Bug(
        "an early wake-up decides",
        "bot/escalation/ticking.py",
        "if case.due is None or draft.now < case.due:",
        "if case.due is None:",
        "tests/escalation/test_levels.py::test_levels",
    ),
    Bug(
        "an outage ends with a reminder for each that was missed",
        "bot/escalation/ticking.py",
        "        draft.amend(nag_at=next_nag(draft.case, org, now))\n    return draft.decided(Reason.NAGGED)",
        "        draft.amend(nag_at=next_nag(draft.case, org, case.due or now))\n    return draft.decided(Reason.NAGGED)",
        "tests/escalation/test_levels.py::test_levels",
    ),
    Bug(
        "the clocks of a zone never change",
        "bot/escalation/zones.py",
        "offset = instant(number).astimezone(ZoneInfo(zone)).utcoffset()",
        "offset = EPOCH.astimezone(ZoneInfo(zone)).utcoffset()",
        "tests/escalation/test_calendar.py::test_a_span_of_working_time_ends",
    ),
    Bug(
        "waiting is capped per question",
        "bot/escalation/climbing.py",
        "return this_time if _rewritten(case, org) else case.waited + this_time",
        "return this_time",
        "tests/escalation/test_answering.py::test_answering",
    ),
    Bug(
        "a level has less than its full time after the one below",
        "bot/escalation/climbing.py",
        "        arrived_at=now,\n",
        "        arrived_at=case.arrived_at,\n",
        "tests/escalation/test_levels.py::test_levels",
    ),
    # --- keys and people
    Bug(
        "silence counts as fixed",
        "bot/escalation/keys.py",
        "outcome=Outcome.UNCONFIRMED, closed_at",
        "outcome=Outcome.FIXED, closed_at",
        "tests/escalation/test_keys.py::test_keys",
    ),
    Bug(
        "anybody may say that it is fixed",
        "bot/escalation/roles.py",
        "    return by in case.keyholders\n",
        "    return True\n",
        "tests/escalation/test_permissions.py::test_nobody_does_what_they_may_not",
    ),
    Bug(
        "a button does what its presser may not",
        "bot/escalation/roles.py",
        """    if is_owner(by, case, org, now) or is_accountable(by, case, org, now) or (admin""",
        """    if True or (admin""",
        "tests/escalation/test_permissions.py::test_nobody_does_what_they_may_not",
    ),
    Bug(
        "a private case is found by everybody",
        "bot/handlers/finding.py",
        "return not case.private or on_it(by, case, org, now)",
        "return True",
        "tests/handlers/test_reporting.py::test_a_private_case_does_not_exist_for_others",
    ),
    Bug(
        "a private case is told in the digest",
        "bot/escalation/digest.py",
        "return [story for story in found if not story.case.private]",
        "return list(found)",
        "tests/escalation/test_digest.py::test_a_private_case_is_counted_and_never_told",
    ),
    Bug(
        "a commit that failed leaves its transaction to whoever writes next",
        "bot/store/database.py",
        "        await connection.rollback()\n    finally:\n",
        "        pass\n    finally:\n",
        "tests/store/test_database.py::test_after_a_commit_that_failed_the_next_one_writes",
    ),
    Bug(
        "who stands still in the middle of a statement keeps what others want",
        "bot/store/database.py",
        "_Kept(self.writer, rest, most=limit * _FROZEN)",
        "_Kept(self.writer, rest)",
        "tests/store/test_database.py::test_whoever_stands_still_in_a_transaction_loses_its_locks",
    ),
    # --- what comes in and goes out
    Bug(
        "words under a card that was just sent are nobody's",
        "bot/handlers/finding.py",
        "return None if await reading.posting(place) else False",
        "return False",
        "tests/scenarios/test_discord_failures.py::test_words_under_a_card_of_which_it_is_not_known_yet_where_it_stands_are_heard",
    ),
    Bug(
        "what somebody typed calls everybody",
        "bot/adapters/slack/texts.py",
        "        text = text.replace(sign, escape)\n",
        "        pass\n",
        "tests/adapters/slack/test_texts.py::test_what_is_escaped_holds_nothing_but_words",
    ),
    Bug(
        "a probe knocks at doors inside",
        "bot/config/web_addresses.py",
        "        return address.is_global and not any(address in net for net in _NEVER)\n",
        "        return True\n",
        "tests/config/test_web_addresses.py::test_no_address_inside_is_public",
    ),
    Bug(
        "a spreadsheet runs what somebody typed",
        "bot/handlers/exporting.py",
        """return f"'{text}" if text.startswith(_FORMULA) else text""",
        "return text",
        "tests/test_cli.py::test_exports",
    ),
    Bug(
        "closed as unconfirmed although nobody was asked",
        "bot/handlers/passing.py",
        "Tick(unasked=await _unasked(deciding, case))",
        "Tick()",
        "tests/handlers/test_passing.py::test_nobody_is_silent_who_was_not_asked_yet",
    ),
    Bug(
        "what happened in an outage is in no digest",
        "bot/handlers/digests.py",
        "return _Due(channel, day, last.end, end) if last.end < end",
        "return _Due(channel, day, before(plan, end), end) if last.end < end",
        "tests/handlers/test_digests.py::test_an_outage_is_caught_up_as_one",
    ),
)
