interface Call<I, O> {
  readonly input: I;
  readonly resolve: (output: O) => void;
  readonly reject: (error: unknown) => void;
}

/** Answers calls together once there are as many as were announced, so that what is expensive for one costs no more for all. */
export class AnsweredTogether<I, O> {
  readonly #waiting: Call<I, O>[] = [];

  constructor(
    private readonly count: number,
    /** As many answers as inputs, in their order. */
    private readonly answer: (inputs: readonly I[]) => Promise<readonly O[]>,
  ) {}

  call(input: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject });
      if (this.#waiting.length >= this.count) void this.#answerAll();
    });
  }

  async #answerAll(): Promise<void> {
    const calls = this.#waiting.splice(0);
    try {
      const outputs = await this.answer(calls.map(({ input }) => input));
      calls.forEach(({ resolve }, i) => resolve(outputs[i]!));
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }
}
