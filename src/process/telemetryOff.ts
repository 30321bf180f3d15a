/**
 * onnxruntime reports on its use in Microsoft's official builds, the Node package included: process, hardware, sessions and
 * performance. On Linux and macOS it sends that to mobile.events.data.microsoft.com and keeps a device's id and what is not sent yet
 * under the home folder; on Windows it hands events to the system (ETW), whose diagnostic service may send them. The package has no call
 * for it, and values such as `0` or an empty one do not count, so these variables are set whatever the environment says.
 *
 * @returns what must stand in the environment of a process before it loads the runtime
 * @see https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md
 */
export function telemetryOff(platform: NodeJS.Platform): Readonly<Record<string, string>> {
  return {
    ORT_DISABLE_TELEMETRY: '1',
    // The Windows library does not know the variable above. This one keeps it from registering as a source of events, and does nothing else.
    ...(platform === 'win32' ? { ORT_RUNNING_UNIT_TESTS: '1' } : {}),
  };
}
