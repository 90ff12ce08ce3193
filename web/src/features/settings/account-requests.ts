//! What people change about their own account. The server's answer is how it is then, for all their tabs.
import type { ChangePassword, Me, UpdateMe, UpdatePrivacy } from "~/contract";
import { profileChanged } from "~/features/session/slice";
import type { Progress } from "~/http/upload";
import type { Thunk } from "~/services";

type Change = Thunk<unknown, Promise<void>>;

export function renameMe(displayName: string): Change {
  return update({ displayName });
}

export function setPrivacy(privacy: UpdatePrivacy): Change {
  return update({ privacy });
}

function update(change: UpdateMe): Change {
  return async (dispatch, _getState, { http }) => {
    dispatch(profileChanged(await http.patch<Me>("/users/me", change)));
  };
}

export function setAvatar(picture: Blob, onProgress: Progress): Change {
  return async (dispatch, _getState, { http }) => {
    dispatch(profileChanged(await http.upload<Me>("/users/me/avatar", picture, onProgress)));
  };
}

export function removeAvatar(): Change {
  return async (dispatch, _getState, { http }) => {
    dispatch(profileChanged(await http.delete<Me>("/users/me/avatar")));
  };
}

export function changePassword(change: ChangePassword): Change {
  return async (_dispatch, _getState, { http }) => {
    await http.patch("/users/me/password", change);
  };
}
