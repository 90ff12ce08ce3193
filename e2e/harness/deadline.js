// Waiting for what must happen, never for time to pass: every wait names what it waits for and ends in a failure. The
// deadlines are for a machine that is slow and busy with something else; what comes at all comes in milliseconds.

/** The promise's value, or an error that says what did not happen within `ms`: a text, or what tells it at the end. */
export async function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${typeof what === "function" ? what() : what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again and again until `check` gives something true, and returns that. An error counts as "not yet". */
export async function eventually(what, check, ms = 20_000) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    try {
      const value = await check();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`not within ${ms} ms: ${what}${last ? ` (${last.message})` : ""}`, { cause: last });
    }
    await pause(25);
  }
}

/** For polling loops and for senders that keep a pace, not for hoping that something has happened. */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
