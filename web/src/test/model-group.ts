//! A small model of a group or a channel on the server: each change is a system message, and those who are in it are shown
//! what it looks like afterwards.
import type {
  ConversationSummary,
  Me,
  Message,
  Posting,
  Role,
  ServerToClientEvents,
  SystemChange,
} from "~/contract";
import { LIMITS } from "~/contract";
import { FRESH_SETTINGS, ModelConversation } from "./model-server";

/** One event, as one person hears it. */
export type Heard = {
  [E in keyof ServerToClientEvents]: { event: E; payload: Parameters<ServerToClientEvents[E]>[0] };
}["RecievedMsg" | "receiptUpdated" | "settingsUpdated" | "conversationUpdated" | "conversationRemoved"];

export class ModelGroup extends ModelConversation {
  title = "Garden";
  topic: string | null = null;
  posting: Posting = "all";
  readonly kind: "group" | "channel";

  constructor(id: string, people: Me[], kind: "group" | "channel" = "group") {
    super(id, people);
    this.kind = kind;
    const [owner] = this.members;
    if (!owner) throw new Error("a group has members");
    owner.role = "owner";
    this.say(people[0] as Me, {
      type: "created",
      title: this.title,
      users: people.slice(1).map(({ id: userId, displayName }) => ({ id: userId, name: displayName })),
    });
  }

  has = (person: Me) => this.members.some(({ userId }) => userId === person.id);

  private say(actor: Me, system: SystemChange): Message {
    const { payload } = this.send(actor, `${actor.displayName}: ${system.type}`);
    return Object.assign(payload as Message, { kind: "system", system });
  }

  private shown(viewer: Me, message: Message, concerned: Me[] = []): Heard[] {
    if (!this.has(viewer)) return [];
    const heard: Heard[] = [{ event: "RecievedMsg", payload: structuredClone(message) }];
    if (this.members.length <= LIMITS.receiptMembers || concerned.includes(viewer))
      heard.push({ event: "conversationUpdated", payload: structuredClone(this.summary(viewer)) });
    return heard;
  }

  /** What `viewer` hears when `from` writes. */
  write(viewer: Me, from: Me, text: string): Heard[] {
    const { payload } = this.send(from, text);
    return this.has(viewer) ? [{ event: "RecievedMsg", payload: structuredClone(payload as Message) }] : [];
  }

  edit(viewer: Me, actor: Me, change: { title?: string; topic?: string | null; posting?: Posting }): Heard[] {
    Object.assign(this, change);
    const { title, topic, posting } = change;
    if (title !== undefined) return this.shown(viewer, this.say(actor, { type: "titleChanged", title }));
    if (topic !== undefined) return this.shown(viewer, this.say(actor, { type: "topicChanged", topic }));
    return posting === undefined
      ? []
      : this.shown(viewer, this.say(actor, { type: "postingChanged", posting }));
  }

  private enter(viewer: Me, person: Me) {
    // A membership begins anew, and its settings with a version that no earlier one had.
    if (person.id === viewer.id) this.settings = { ...FRESH_SETTINGS, version: this.version * 1_000_000 };
    const last = this.messages.length;
    const { id: userId, username, displayName } = person;
    const profile = { userId, username, displayName, avatarUrl: null };
    this.members.push({ ...profile, role: "member", delivered: last, read: last });
  }

  add(viewer: Me, actor: Me, people: Me[]): Heard[] {
    const added = people.filter((person) => !this.has(person));
    if (added.length === 0) return [];
    for (const person of added) this.enter(viewer, person);
    const users = added.map(({ id, displayName }) => ({ id, name: displayName }));
    return this.shown(viewer, this.say(actor, { type: "membersAdded", users }), added);
  }

  join(viewer: Me, person: Me): Heard[] {
    if (this.has(person)) return [];
    this.enter(viewer, person);
    return this.shown(viewer, this.say(person, { type: "memberJoined", invited: true }), [person]);
  }

  setRole(viewer: Me, actor: Me, person: Me, role: Role): Heard[] {
    const member = this.members.find(({ userId }) => userId === person.id);
    if (!member || member.role === role) return [];
    member.role = role;
    const user = { id: person.id, name: person.displayName };
    return this.shown(viewer, this.say(actor, { type: "roleChanged", user, role }), [person]);
  }

  /** Removes somebody, or has them leave. */
  remove(viewer: Me, actor: Me, person: Me): Heard[] {
    if (!this.has(person)) return [];
    const user = { id: person.id, name: person.displayName };
    const message = this.say(
      actor,
      actor === person ? { type: "memberLeft" } : { type: "memberRemoved", user },
    );
    const at = this.members.findIndex(({ userId }) => userId === person.id);
    this.members.splice(at, 1);
    if (viewer === person) return [{ event: "conversationRemoved", payload: { conversationId: this.id } }];
    return this.shown(viewer, message);
  }

  override summary(viewer: Me): ConversationSummary {
    const { kind, title, topic, posting, members } = this;
    const shown = members.slice(0, LIMITS.receiptMembers).map((member) => ({ ...member }));
    return {
      ...super.summary(viewer),
      kind,
      title,
      topic,
      posting,
      members: shown,
      memberCount: members.length,
    };
  }
}
