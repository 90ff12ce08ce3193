// What a group of browser tests stands on: the file's browser, a server of the group's own, and people who go when their test
// is over.

import { after, afterEach, before, beforeEach } from "node:test";
import { Linnet } from "../harness/linnet.js";
import { Browser } from "./people.js";

/** How people look at it. */
export const SIZES = {
  "on a wide screen": { viewport: { width: 1280, height: 800 } },
  "on a phone": { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

/** A 401 is how the page learns that nobody is signed in. */
export const SIGNED_OUT = [/401 \(Unauthorized\)/];

let browser;
after(() => browser?.stop());

/**
 * Sets the stage for the tests of the `describe` around it. `size` and what else a browser is opened with hold for everybody;
 * `env` are the server's settings; `prepare` is run with each person before they open a page. With `serverForEach` every test
 * has a server that no other has troubled. With `showing` the browser shows notifications; it is the same one for all of a file.
 */
export function setStage({ size = {}, env = {}, prepare, serverForEach = false, showing = false } = {}) {
  const open = [];
  let residents;

  const stage = {
    /** The server; there is none before the first hook. */
    linnet: undefined,

    /** Somebody with a browser, and no account yet. */
    async person(name, { at = stage.linnet, ...options } = {}) {
      const person = await browser.person(at, name, { ...size, ...options });
      open.push(person);
      await prepare?.(person);
      return person;
    },

    /** Somebody who is signed in and looks at the list of chats. */
    async join(name, options) {
      return (await stage.person(name, options)).join();
    },

    /** People who are all connected with each other, and so may write to each other. */
    async friends(...names) {
      const people = await Promise.all(names.map((name) => stage.join(name)));
      for (const [at, person] of people.entries()) {
        for (const other of people.slice(at + 1)) await person.befriend(other);
      }
      return people;
    },

    /** Another browser of somebody: signed in with the same name. */
    async anotherDevice(of) {
      const device = await stage.person(of.name);
      Object.assign(device, { username: of.username, password: of.password });
      return device.comeBack();
    },
  };

  const begin = async () => {
    stage.linnet = await Linnet.start({ env });
  };
  const end = () => stage.linnet?.stop();
  const leave = async (people, failed) => {
    for (const person of people) {
      if (failed) await person.picture();
      await person.close();
    }
  };

  before(async () => {
    browser ??= await Browser.start({ showing });
    if (!serverForEach) await begin();
  });
  beforeEach(async () => {
    // Who came before the first test stays until the last one is over.
    residents ??= open.length;
    if (serverForEach) await begin();
  });
  afterEach(async (test) => {
    if (test.error) for (const person of open.slice(0, residents)) await person.picture();
    await leave(open.splice(residents), test.error);
    if (serverForEach) await end();
  });
  after(async () => {
    await leave(open);
    if (!serverForEach) await end();
  });
  return stage;
}
