// Counts what the page has set up and not yet ended. The shop's own script
// sets up nothing of these kinds: all of it is the kit's.
window.alive = { timers: new Set(), channels: new Set() };

for (const kind of ["Timeout", "Interval"]) {
  const set = window[`set${kind}`];
  const clear = window[`clear${kind}`];
  window[`set${kind}`] = (act, delay) => {
    const timer = set(() => {
      if (kind === "Timeout") alive.timers.delete(timer);
      act();
    }, delay);
    alive.timers.add(timer);
    return timer;
  };
  window[`clear${kind}`] = (timer) => {
    alive.timers.delete(timer);
    clear(timer);
  };
}

window.BroadcastChannel = class extends BroadcastChannel {
  constructor(name) {
    super(name);
    alive.channels.add(this);
  }

  close() {
    alive.channels.delete(this);
    super.close();
  }
};

window.heard = [];
addEventListener("message", ({ data }) => heard.push(data));
