/** Do one thing at a time; of what is wished for meanwhile only the newest is done. */
export function oneAtATime<T>(act: (wish: T) => Promise<void>): (wish: T) => void {
  let isBusy = false;
  let waiting: { wish: T } | null = null;
  const run = async (wish: T): Promise<void> => {
    isBusy = true;
    try {
      await act(wish);
    } finally {
      isBusy = false;
      const next = waiting;
      waiting = null;
      if (next) void run(next.wish);
    }
  };
  return (wish) => {
    if (isBusy) waiting = { wish };
    else void run(wish);
  };
}
