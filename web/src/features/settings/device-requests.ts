import type { Device, DeviceId, Devices } from "~/contract";
import type { Thunk } from "~/services";

export function loadDevices(): Thunk<unknown, Promise<Device[]>> {
  return async (_dispatch, _getState, { http }) => (await http.get<Devices>("/auth/sessions")).sessions;
}

/** Signs a device out: its sockets are closed at once. */
export function endDevice(id: DeviceId): Thunk<unknown, Promise<void>> {
  return (_dispatch, _getState, { http }) => http.delete(`/auth/sessions/${encodeURIComponent(id)}`);
}

/** Signs out every device but this one. */
export function endOtherDevices(): Thunk<unknown, Promise<void>> {
  return (_dispatch, _getState, { http }) => http.delete("/auth/sessions");
}
