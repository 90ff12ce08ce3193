//! What changed in a group, in the words of the reader's language. The server sends what changed; its own sentence is English.
import type { SystemChange, UserId } from "~/contract";
import { locale, t } from "./i18n";

export interface Change {
  system: SystemChange;
  /** Who made it. */
  name: string;
  fromUserId: UserId;
  /** Who reads it. */
  me: UserId | undefined;
  /** What somebody is called now; who is unknown is called what they were called then. */
  nameOf: (id: UserId) => string | undefined;
}

/** People whom a sentence names; it counts the rest. */
const NAMED = 3;

export function systemSentence({ system, name, fromUserId, me, nameOf }: Change): string {
  const mine = fromUserId === me;
  switch (system.type) {
    case "created":
      return t(mine ? "system.createdYou" : "system.created", { name, title: system.title });
    case "titleChanged":
      return t(mine ? "system.titleYou" : "system.title", { name, title: system.title });
    case "topicChanged":
      if (system.topic === null) return t(mine ? "system.noTopicYou" : "system.noTopic", { name });
      return t(mine ? "system.topicYou" : "system.topic", { name, topic: system.topic });
    case "avatarChanged":
      if (system.avatarUrl === null) return t(mine ? "system.noPictureYou" : "system.noPicture", { name });
      return t(mine ? "system.pictureYou" : "system.picture", { name });
    case "postingChanged":
      if (system.posting === "all") return t(mine ? "system.allWriteYou" : "system.allWrite", { name });
      return t(mine ? "system.adminsWriteYou" : "system.adminsWrite", { name });
    case "membersAdded": {
      const others = system.users.filter(({ id }) => id !== me);
      const people = listOf(others.map((user) => nameOf(user.id) ?? user.name));
      if (mine) return t("system.addedYou", { people });
      if (others.length === system.users.length) return t("system.added", { name, people });
      return others.length === 0 ? t("system.addedMe", { name }) : t("system.addedMeAnd", { name, people });
    }
    case "memberJoined":
      if (system.invited) return t(mine ? "system.invitedYou" : "system.invited", { name });
      return t(mine ? "system.joinedYou" : "system.joined", { name });
    case "memberRemoved": {
      const { user } = system;
      const person = nameOf(user.id) ?? user.name;
      if (user.id === me) return t("system.removedMe", { name });
      return t(mine ? "system.removedYou" : "system.removed", { name, person });
    }
    case "memberLeft":
      return t(mine ? "system.leftYou" : "system.left", { name });
    case "roleChanged": {
      const { user } = system;
      const person = nameOf(user.id) ?? user.name;
      const role = t(`system.made.${system.role}`);
      if (user.id === fromUserId) return t(mine ? "system.roleSelfYou" : "system.roleSelf", { name, role });
      if (user.id === me) return t("system.roleMe", { name, role });
      return t(mine ? "system.roleYou" : "system.role", { name, person, role });
    }
    default:
      // A newer server may make changes that this page does not know.
      return t("system.unknown", { name });
  }
}

/** "Bob", "Bob and Carol", "Bob, Carol, Dave and 5 others". */
function listOf(names: string[]): string {
  const more = names.length - NAMED;
  const shown = more > 0 ? [...names.slice(0, NAMED), t("system.others", { count: more })] : names;
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(shown);
}
