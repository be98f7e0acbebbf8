import { useMutation, useQuery, useQueryClient, keepPreviousData, type QueryKey } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { newKey } from "@/api/client";
import { asProblem, type Problem } from "@/api/problem";

interface MoneyAct<Input, Output> {
  /** Sends the act; `key` goes into the `Idempotency-Key` header (`moneyHeaders(key)`). */
  act: (input: Input, key: string) => Promise<Output>;
  /** Lists and details that show other figures once the act is done (and after a 409). */
  touches?: QueryKey[];
  onDone?: (output: Output, input: Input) => void;
  onRefused?: (problem: Problem) => void;
}

export interface RunningAct<Input, Output> {
  run: (input: Input) => void;
  runAsync: (input: Input) => Promise<Output>;
  busy: boolean;
  /** Why the last try did not succeed; cleared by the next try. */
  problem: Problem | null;
  /** Forgets problem and key: call it when the dialog opens for another matter. */
  reset: () => void;
}

/**
 * An act that moves money: one key per dialog. Retries after a lost answer, a refusal or a conflict use the
 * same key, so the act is booked at most once; a fresh key is taken once it is done or the dialog is reset.
 */
export function useMoneyAct<Input, Output>(options: MoneyAct<Input, Output>): RunningAct<Input, Output> {
  const client = useQueryClient();
  const key = useRef<string | null>(null);
  const refresh = () =>
    Promise.all((options.touches ?? []).map((queryKey) => client.invalidateQueries({ queryKey })));
  const mutation = useMutation<Output, unknown, Input>({
    mutationFn: (input) => {
      key.current ??= newKey();
      return options.act(input, key.current);
    },
    onSuccess: (output, input) => {
      key.current = null;
      void refresh();
      options.onDone?.(output, input);
    },
    onError: (error) => {
      const problem = asProblem(error);
      if (problem.status === 409) void refresh();
      options.onRefused?.(problem);
    },
  });
  const { reset: forget } = mutation;
  const reset = useCallback(() => {
    key.current = null;
    forget();
  }, [forget]);
  return {
    run: mutation.mutate,
    runAsync: mutation.mutateAsync,
    busy: mutation.isPending,
    problem: mutation.error ? asProblem(mutation.error) : null,
    reset,
  };
}

/** An act without money (master data, settings): no key, otherwise as `useMoneyAct`. */
export function useAct<Input, Output>(
  options: Omit<MoneyAct<Input, Output>, "act"> & { act: (input: Input) => Promise<Output> },
): RunningAct<Input, Output> {
  return useMoneyAct({ ...options, act: (input: Input) => options.act(input) });
}

/** `value`, once it has not changed for `delay` ms. */
export function useSettled<T>(value: T, delay = 250): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), delay);
    return () => window.clearTimeout(timer);
  }, [value, delay]);
  return settled;
}

export interface Preview<T> {
  /** The newest answer; stays while the next one is on its way. */
  data: T | undefined;
  problem: Problem | null;
  /** The figures shown belong to an earlier input. */
  stale: boolean;
}

/**
 * Asks the server what an act would do, as one types. `input` null asks nothing.
 * `usePreview(["delivery-preview"], body, (body, signal) => call(api.POST(…, { body, signal })))`
 */
export function usePreview<Input, Output>(
  key: QueryKey,
  input: Input | null,
  ask: (input: Input, signal: AbortSignal) => Promise<Output>,
  delay = 250,
): Preview<Output> {
  const text = input === null ? null : JSON.stringify(input);
  const settled = useSettled(text, delay);
  const query = useQuery({
    queryKey: [...key, settled],
    enabled: settled !== null,
    queryFn: ({ signal }) => ask(JSON.parse(settled ?? "null") as Input, signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 30_000,
    retry: false,
  });
  const fresh = text !== null && text === settled && !query.isPlaceholderData && !query.isFetching;
  return {
    data: text === null ? undefined : query.data,
    problem: query.error && text !== null ? asProblem(query.error) : null,
    stale: text !== null && !fresh,
  };
}
