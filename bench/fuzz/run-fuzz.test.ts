import { describe, expect, test } from 'vitest'
import { makeFuzzedBody } from './fuzzed-body.ts'
import { judgeAnswer, type Answer } from './judge-answer.ts'
import { runFuzz } from './run-fuzz.ts'
import { makeValidBatches } from './valid-batches.ts'

// `npm run bench -- fuzz` sends a million, with the memory judged.
const BODIES = 2_000

test('some thousand mutated batches find no crash, no stall and no refusal without its rule', { timeout: 240_000 }, async () => {
  const { faults, byRule } = await runFuzz({ seed: 7, bodies: BODIES, warmUpBodies: BODIES, log: () => undefined })

  expect(faults).toEqual([])
  for (const rule of ['taken', 'json', 'batch', 'utf-8', 'gzip', 'json-depth', 'encoding']) expect([...byRule.keys()]).toContain(rule)
})

test('a body is the same each time it is asked for, and another for each number and seed', () => {
  const batches = makeValidBatches(1)
  const body = (seed: number, number: number) => makeFuzzedBody(batches, seed, number)

  const texts = Array.from({ length: 300 }, (_, number) => JSON.stringify(body(1, number)))

  expect(Array.from({ length: 300 }, (_, number) => JSON.stringify(body(1, number)))).toEqual(texts)
  expect(new Set(texts).size).toBeGreaterThan(250)
  expect(JSON.stringify(body(2, 0))).not.toBe(texts[0])
})

describe('an answer', () => {
  const problem = { type: 'about:blank', title: 'Bad Request', status: 400, detail: 'The body is not valid JSON.', rule: 'json' }
  const answer = (over: Partial<Answer>, body: object = problem): Answer => ({
    status: 400,
    contentType: 'application/problem+json; charset=utf-8',
    retryAfter: undefined,
    text: JSON.stringify(body),
    ...over,
  })

  test('that is a receipt or names its rule is as promised', () => {
    expect(judgeAnswer(answer({}))).toEqual({ rule: 'json' })
    expect(judgeAnswer(answer({ status: 200 }, { ack: 'durable', accepted: 1, duplicates: 0, rejected: [] }))).toEqual({ rule: 'taken' })
    expect(judgeAnswer(answer({ status: 503, retryAfter: '3' }, { ...problem, status: 503, rule: 'server-room' }))).toEqual({ rule: 'server-room' })
  })

  test.each<readonly [string, Answer]>([
    ['that is no JSON', answer({ text: 'Bad Request' })],
    ['of another type', answer({ contentType: 'text/html' })],
    ['without a rule', answer({}, { ...problem, rule: undefined })],
    ['with a rule that there is not', answer({}, { ...problem, rule: 'whim' })],
    ['without a word of advice', answer({}, { ...problem, detail: '' })],
    ['whose document has another status', answer({}, { ...problem, status: 500 })],
    ['that blames the server', answer({ status: 500 }, { ...problem, status: 500 })],
    ['that says no time to wait', answer({ status: 503 }, { ...problem, status: 503, rule: 'server-room' })],
    ['that takes events without saying how many', answer({ status: 200 }, { ack: 'durable' })],
  ])('%s is a fault', (_name, wrong) => {
    expect(judgeAnswer(wrong)).toEqual({ fault: expect.any(String) })
  })
})
