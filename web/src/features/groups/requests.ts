//! What one can ask of the server about groups and channels. Answers that show a conversation go where all of them are kept; from
//! then on the events tell.
import type {
  Channel,
  Channels,
  ConversationId,
  ConversationSummary,
  CreateConversation,
  CreateInvite,
  Invite,
  Invites,
  Members,
  Role,
  UpdateConversation,
  UserId,
} from "~/contract";
import { conversationsLoaded, type MessagesRoot } from "~/features/messages/slice";
import type { Http } from "~/http/client";
import type { Progress } from "~/http/upload";
import type { Thunk } from "~/services";
import { server } from "~/socket/actions";

type Request<R> = Thunk<MessagesRoot, Promise<R>>;

/** Asks for something that is answered by the conversation as it is then. */
function shown(ask: (http: Http) => Promise<ConversationSummary>): Request<ConversationSummary> {
  return async (dispatch, _getState, { http }) => {
    const summary = await ask(http);
    dispatch(conversationsLoaded([summary]));
    return summary;
  };
}

function told<R>(ask: (http: Http) => Promise<R>): Request<R> {
  return (_dispatch, _getState, { http }) => ask(http);
}

/** Asks for something after which the conversation is not there for the person any more. */
function ended(id: ConversationId, ask: (http: Http) => Promise<unknown>): Request<void> {
  return async (dispatch, _getState, { http }) => {
    await ask(http);
    // The event says the same, and may come later: nobody is to see what they have just left.
    dispatch(server.conversationRemoved({ conversationId: id }));
  };
}

const at = (id: ConversationId) => `/conversations/${encodeURIComponent(id)}`;
const query = (parts: Record<string, string | undefined>) => {
  const given = Object.entries(parts).filter((part): part is [string, string] => part[1] !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
};

export const createGroup = (what: CreateConversation) => shown((http) => http.post("/conversations", what));
export const editGroup = (id: ConversationId, change: UpdateConversation) =>
  shown((http) => http.patch(at(id), change));
export const setGroupPicture = (id: ConversationId, picture: Blob, onProgress: Progress) =>
  shown((http) => http.upload(`${at(id)}/avatar`, picture, onProgress));
export const removeGroupPicture = (id: ConversationId) => shown((http) => http.delete(`${at(id)}/avatar`));
export const deleteGroup = (id: ConversationId) => ended(id, (http) => http.delete(at(id)));

export const loadMembers = (id: ConversationId, wanted: string, cursor?: string) =>
  told((http) => http.get<Members>(`${at(id)}/members${query({ query: wanted || undefined, cursor })}`));
export const addMembers = (id: ConversationId, userIds: UserId[]) =>
  shown((http) => http.post(`${at(id)}/members`, { userIds }));
export const setRole = (id: ConversationId, user: UserId, role: Role) =>
  shown((http) => http.patch(`${at(id)}/members/${encodeURIComponent(user)}`, { role }));
export const leaveGroup = (id: ConversationId, me: UserId) =>
  ended(id, (http) => http.delete(`${at(id)}/members/${encodeURIComponent(me)}`));
export const removeMember = (id: ConversationId, user: UserId) =>
  told((http) => http.delete(`${at(id)}/members/${encodeURIComponent(user)}`));

export const loadInvites = (id: ConversationId) => told((http) => http.get<Invites>(`${at(id)}/invites`));
export const createInvite = (id: ConversationId, terms: CreateInvite) =>
  told((http) => http.post<Invite>(`${at(id)}/invites`, terms));
export const revokeInvite = (id: ConversationId, code: string) =>
  told((http) => http.delete(`${at(id)}/invites/${encodeURIComponent(code)}`));
export const loadInvited = (code: string) =>
  told((http) => http.get<Channel>(`/invites/${encodeURIComponent(code)}`));
export const acceptInvite = (code: string) =>
  shown((http) => http.post(`/invites/${encodeURIComponent(code)}/accept`));

export const loadChannels = (wanted: string, cursor?: string) =>
  told((http) => http.get<Channels>(`/channels${query({ query: wanted || undefined, cursor })}`));
export const joinChannel = (id: ConversationId) =>
  shown((http) => http.post(`/channels/${encodeURIComponent(id)}/join`));
