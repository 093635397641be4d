// How are times said? In the organisation's zone, as people say them.

let zone = "UTC";
export const useZone = (name) => { zone = name; };
export const zoneName = () => zone.split("/").at(-1).replaceAll("_", " ");

const format = (iso, options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(new Date(iso));
const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export const clock = (iso) => format(iso, TIME);
export const day = (iso) => format(iso, { weekday: "long", day: "numeric", month: "long" });
export const date = (iso) => format(iso, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
export const full = (iso) => `${format(iso, { weekday: "long", day: "numeric", month: "long", year: "numeric" })}, ${clock(iso)}`;

/** "today 14:00", "tomorrow 09:00", "Tue 10:00", "Fri 3 Apr 10:00". */
export function soon(iso, now) {
  const days = dayNumber(iso) - dayNumber(now);
  if (days === 0) return `today ${clock(iso)}`;
  if (days === 1) return `tomorrow ${clock(iso)}`;
  if (days === -1) return `yesterday ${clock(iso)}`;
  if (days > 1 && days < 7) return `${format(iso, { weekday: "short" })} ${clock(iso)}`;
  return `${format(iso, { weekday: "short", day: "numeric", month: "short" })} ${clock(iso)}`;
}

function dayNumber(iso) {
  const [year, month, number] = format(iso, { year: "numeric", month: "2-digit", day: "2-digit" }).split("/").reverse();
  return Date.UTC(year, month - 1, number) / 86_400_000;
}

/** "3 days", "2 h", "5 min": the largest unit is enough. */
export function since(iso, now) {
  const minutes = Math.max(0, Math.round((new Date(now) - new Date(iso)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${Math.floor(minutes / 1440)} days`;
}

/** "1h30m" as people say it. */
export function span(text) {
  const words = { d: ["working day", "working days"], h: ["hour", "hours"], m: ["minute", "minutes"], s: ["second", "seconds"] };
  return [...text.matchAll(/([\d./]+)([dhms])/g)].map(([, n, unit]) => `${n} ${words[unit][n === "1" ? 0 : 1]}`).join(" ");
}
