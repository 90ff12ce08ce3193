//! A small sound, made here: no file is loaded, and nobody is startled.
const NOTES = [
  { hertz: 880, after: 0 },
  { hertz: 1174.7, after: 0.09 },
];
const SECONDS = 0.28;
const LOUDNESS = 0.07;

let context: AudioContext | null = null;

/** Browsers let a page be heard only after somebody has used it; before that it is silent. */
export function playTone(): void {
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") void context.resume();
    for (const { hertz, after } of NOTES) {
      const from = context.currentTime + after;
      const [note, volume] = [context.createOscillator(), context.createGain()];
      note.frequency.value = hertz;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(LOUDNESS, from + 0.015);
      volume.gain.exponentialRampToValueAtTime(0.0001, from + SECONDS);
      note.connect(volume).connect(context.destination);
      note.start(from);
      note.stop(from + SECONDS);
    }
  } catch {
    // No sound here.
  }
}
