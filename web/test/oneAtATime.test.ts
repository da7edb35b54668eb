import { expect, it } from "vitest";
import { oneAtATime } from "../src/api/oneAtATime";

it("one thing is done at a time, and of what is wished for meanwhile only the newest", async () => {
  const done: number[] = [];
  let go: () => void = () => undefined;
  const ask = oneAtATime((wish: number) => {
    done.push(wish);
    return new Promise<void>((resolve) => {
      go = resolve;
    });
  });
  const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
  [1, 2, 3].forEach(ask);
  expect(done).toEqual([1]);
  go();
  await tick();
  expect(done).toEqual([1, 3]);
  go();
  await tick();
  ask(4);
  expect(done).toEqual([1, 3, 4]);
});
