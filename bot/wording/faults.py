"""What is wrong with what was typed, in one sentence each, with what to type instead."""

from datetime import datetime, timedelta

from bot.chat import Line, Moment, Typed
from bot.escalation.org import Org
from bot.escalation.words import PersonId, ServiceId, Text
from bot.wording.plain import counted, shortened
from bot.wording.reasons import service_name


def empty() -> Line:
    """A value that cannot be left out."""
    return ("Please fill this in.",)


def too_long(length: int, longest: int) -> Line:
    """A text beyond the limit."""
    return (f"That is {length:,} characters, and {longest:,} fit; shorten it, and put the rest into a note.",)


def unknown_person(text: str, suggestion: str | None) -> Line:
    """A name that nobody has."""
    return ("Nobody is called ", _quoted(text), *_did_you_mean(suggestion))


def unknown_desk(text: str, suggestion: str | None) -> Line:
    """A name that neither a person nor a service has."""
    return ("No person and no service is called ", _quoted(text), *_did_you_mean(suggestion))


def unknown_service(text: str, known: tuple[str, ...]) -> Line:
    """A service that is not configured."""
    return ("There is no service ", _quoted(text), f"; choose from {_listed(known)}.")


def unknown_severity(text: str, known: tuple[str, ...]) -> Line:
    """A severity that is not configured."""
    return ("There is no severity ", _quoted(text), f"; choose from {_listed(known)}.")


def not_an_amount(text: str) -> Line:
    """Money that cannot be read."""
    return (_quoted(text), " is not an amount; write it like 120.50 or 1,234.50.")


def not_a_count(text: str) -> Line:
    """A number of times that cannot be read."""
    return (_quoted(text), " is not a number; write how many times, such as 3.")


def not_minutes(text: str) -> Line:
    """A time spent that cannot be read, or that nobody can have spent."""
    return (_quoted(text), " is no time that can be recorded; write minutes or hours, such as 45 or 2h.")


def not_a_case(text: str) -> Line:
    """A case that cannot be read."""
    return (_quoted(text), " names no case; write it like C-42.")


def not_a_choice(text: str, known: tuple[str, ...]) -> Line:
    """A choice that is not offered."""
    return (_quoted(text), f" is none of {_listed(known)}.") if text else (f"Write one of {_listed(known)}.",)


def past(text: str, at: datetime) -> Line:
    """A time that is over."""
    return (_quoted(text), " was read as ", Moment(at), ", which is past; write a time to come, such as Friday 15:00.")


def nothing_to_report() -> Line:
    """A reaction to a message that says nothing."""
    return ("There is nothing to report in that message; write `/case report` and what is wrong.",)


def already_reported(name: str) -> Line:
    """A reaction to a message that is a case already."""
    return (f"That is {name} already; `/case metoo {name}` says that you have the same problem.",)


def waits_for_you(name: str) -> Line:
    """Somebody who was asked something wrote outside of the case's thread."""
    return (f"{name} waits for your answer. Is this it?",)


def too_many_reports(limit: int, again: datetime) -> Line:
    """More reports in an hour than one person may make."""
    return (f"That would be more than {limit} reports within an hour; you can report again ", Moment(again), ".")


def may_not_undo() -> Line:
    """Somebody else wants to take a report back."""
    return ("Only whoever reported it, or whose message it was, may say that it is not a case.",)


def too_late_to_undo(within: timedelta) -> Line:
    """A report that has been a case for too long."""
    minutes = int(within.total_seconds() // 60)
    return (f"A report can be taken back for {minutes} minutes, while it is open; after that, `/case withdraw` closes it with a reason.",)


def undone(name: str) -> Line:
    """A report was taken back."""
    return (f"{name} is taken back: it was not a case, and counts nowhere.",)


def no_such_form() -> Line:
    """A form that nobody was given."""
    return ("That form is not one of ours any more; open it anew, such as with `/case report`.",)


def taken_back(name: str, title: Text, by: str) -> Line:
    """For whoever had a case that was taken back."""
    return (
        f"{name} is taken back by ",
        Typed(by),
        ": it was not a case, and nothing is asked of you any more. It said: ",
        shortened(title),
    )


def already_sent() -> Line:
    """The same form twice."""
    return ("You have sent this form already, and it counts once:",)


def already_pressed() -> Line:
    """The same button twice."""
    return ("You have pressed this already, and it counts once:",)


def which_button() -> Line:
    """A button of a message about several cases, without a case."""
    return ("This message is about several cases; press the button of one of them, or write its number, such as `/case ack C-42`.",)


def say_it_here() -> Line:
    """Somebody wrote to Buckstop, and it was no command."""
    return ("Is something wrong? Report it here, and it gets an owner and a next time. `/case help` says what else you can do.",)


def not_yours_to_set() -> Line:
    """Somebody else's absence."""
    return ("You can say for yourself when you are away; for somebody else, an admin can.",)


def away_before(text: str) -> Line:
    """An absence that ends before it begins."""
    return (_quoted(text), " is before the absence begins; write a later time.")


def away_too_long(text: str) -> Line:
    """An absence that is longer than anybody plans."""
    return (_quoted(text), " is more than two years ahead; write an earlier time. Who has left for good is taken out of the configuration.")


def no_digest(named: str, known: tuple[str, ...], services: tuple[str, ...] = ()) -> Line:
    """A digest of neither a channel that gets one, nor a service, nor days."""
    if not known:
        return ("No channel gets a digest; `[[digests]]` in the configuration names them.",)
    days = "Days are written like 2026-10, yesterday, last week or 2026-10-01 to 2026-10-15."
    return (_quoted(named), f" is neither days, nor a service, nor a channel with a digest. {days} ", *_known(known, services))


def _known(channels: tuple[str, ...], services: tuple[str, ...]) -> Line:
    of = f"Services: {_listed(services)}. " if services else ""
    return (f"{of}Channels: {_listed(channels)}.",)


def not_your_digest(asked: tuple[ServiceId, ...], own: tuple[ServiceId, ...], leaders: tuple[PersonId, ...], org: Org) -> Line:
    """Somebody asks for a digest that tells of services which are not theirs."""
    who = ", ".join(org.name_of(leader) for leader in leaders)
    may: Line = ("Only ", *((Typed(who), " and ") if who else ()), "the admins")
    yours = f" Yours: {_listed(own)}." if own else ""
    if len(asked) != 1:
        return (*may, f" may see the digest of {'these services' if asked else 'every service'}.{yours}")
    return (*may, ", and whoever owns ", service_name(asked[0], org), f" or is in its team, may see its digest.{yours}")


def not_yet(named: str) -> Line:
    """Days that have not begun."""
    return (_quoted(named), " has not begun yet; a digest tells of what has happened.")


def backwards(named: str) -> Line:
    """Days whose end comes before their beginning."""
    return (_quoted(named), " ends before it begins; write the earlier day first.")


def no_such_part(number: int, of: int) -> Line:
    """A part of a digest that has fewer."""
    return (f"This digest has {counted(of, 'part')}; there is no part {number}.",)


def _quoted(text: str) -> Typed:
    return Typed(f"“{shortened(text, 60).text}”")


def _did_you_mean(suggestion: str | None) -> Line:
    return (f"; did you mean {suggestion}?",) if suggestion else (".",)


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words[:20]) + (f" and {len(words) - 20} more" if len(words) > 20 else "")


def only_people() -> Line:
    """An account that is a program's."""
    return ("Only people can work with cases, and this account is a program's.",)


def pick_a_person() -> Line:
    """A program's account in a field that asks for a person."""
    return ("That account is a program's; pick a person.",)


def failed() -> Line:
    """Something that nobody foresaw."""
    return ("That did not work, and it is not your fault: please try again. If it stays like this, tell whoever looks after Buckstop.",)


def open_once_more() -> Line:
    """A form that the platform would not open any more."""
    return ("The form could not be opened in the three seconds that there are for it. Press the button to open it.",)


def not_shown() -> Line:
    """Something was done, and how it ended could not be shown."""
    return ("The answer could not be shown. What you did is kept, if it was allowed: `/case mine` tells how your cases stand.",)


def form_below() -> Line:
    """Something was said that needs more words, where no form can open by itself."""
    return ("That needs a few more words. The button opens the form for them.",)


def one_more_form() -> Line:
    """A form that has more questions than the platform shows at once, and needs them."""
    return ("Nothing is sent yet: a few more questions belong to it. What you wrote is kept.",)


def one_more_form_if_you_like() -> Line:
    """A form that has more questions than the platform shows at once, and can do without them."""
    return ("Nothing is sent yet. There are a few more questions, which you may leave out. What you wrote is kept.",)


def mend_the_form() -> Line:
    """Some fields of a form could not be taken."""
    return ("Nothing is sent yet. What you wrote is kept; this has to be changed:",)


def form_is_gone() -> Line:
    """A draft that is not there any more, or that is somebody else's."""
    return ("What was filled in here is not kept any more, or it is somebody else's. Begin once more, please.",)


def not_set_up_here() -> Line:
    """A place that the configuration does not know."""
    return ("Buckstop is not set up for this server. Whoever looks after it adds the server's id to its configuration.",)


def not_a_member() -> Line:
    """Somebody who writes directly and is in no server of ours."""
    return ("Buckstop works for the members of some servers, and you are in none of them. Join one, and write again.",)


def not_ours_any_more() -> Line:
    """A button or a form of a version that is long gone."""
    return ("That comes from an older version, and is not understood any more. `/case mine` shows how your cases stand now.",)


def outdated() -> Line:
    """A command that the platform still shows as it was."""
    said = "That command is not as it was: Buckstop is a newer version than the list of commands that you see."
    return (f"{said} Write it to me directly, in words; whoever looks after Buckstop runs `buckstop discord sync`.",)


def closed_to_us(*, refused: bool) -> Line:
    """Somebody asked in public what is answered in private, and takes no direct messages."""
    happened = (
        "That was not done, and why is for you alone to read."
        if refused
        else "That is heard and done. The answer is for you alone to read."
    )
    said = f"{happened} Your direct messages are closed to me, though."
    return (f"{said} Allow direct messages from this server's members, or ask with `/case`: its answers only you can see.",)
