// How does the page talk to the server? By the same calls that anybody may make (docs/api.md).

/** What was refused, in the server's own sentence. */
export class Refused extends Error {}

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(`/api/${path}`, options);
  } catch {
    throw new Refused("The server does not answer. Is it still running?");
  }
  const said = await answer.json().catch(() => ({ error: "The server's answer cannot be read." }));
  if (!answer.ok) throw new Refused(said.error);
  return said;
}

export const get = (path) => call(path, { cache: "no-store" });

/** Do something; the key makes a press that is sent twice one press. */
export function post(path, body) {
  const keyed = { key: `page-${crypto.randomUUID()}`, ...body };
  return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(keyed) });
}
