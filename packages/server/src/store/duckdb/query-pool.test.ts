import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StoreBusy } from '../store-busy.ts'
import { TooMuch } from '../store-query.ts'
import { createQueryPool, type QueryPool, type QueryPoolOptions } from './query-pool.ts'

let instance: DuckDBInstance
let pool: QueryPool
beforeEach(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' })
})
afterEach(async () => {
  await pool.close()
  instance.closeSync()
})

const open = async ({ maxRunning = 2, ...over }: Partial<QueryPoolOptions> & { readonly maxRunning?: number } = {}) => {
  const connections = await Promise.all(Array.from({ length: maxRunning }, () => instance.connect()))
  pool = createQueryPool({ connections, maxWaiting: 3, timeoutMs: 20_000, ...over })
  return pool
}

const plain = (sql: string) => () => ({ sql, parameters: [] })
const ENDLESS = 'SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b'

test('more questions than connections all get their own answer', async () => {
  const { query } = await open()
  const answers = await Promise.all([1, 2, 3, 4, 5].map((value) => query(() => ({ sql: 'SELECT $1::INTEGER', parameters: [value] }))))
  expect(answers).toEqual([[[1]], [[2]], [[3]], [[4]], [[5]]])
})

test('a page longer than a chunk comes whole and in order', async () => {
  const rows = await (await open()).query(plain('SELECT range FROM range(10000) ORDER BY range DESC'))
  expect(rows).toHaveLength(10_000)
  expect([rows[0], rows.at(-1)]).toEqual([[9_999n], [0n]])
})

test('a question that takes too long is stopped and leaves its connection usable', async () => {
  const { query } = await open({ maxRunning: 1, timeoutMs: 50 })
  await expect(query(plain(ENDLESS))).rejects.toThrow('took longer than 50 ms; ask for a shorter range')
  expect(await query(plain('SELECT 1'))).toEqual([[1]])
})

test('a question that is stopped in the middle of its rows is refused, not cut short', async () => {
  const { query } = await open({ maxRunning: 1, timeoutMs: 100 })
  await expect(query(plain('SELECT range FROM range(1000000000)'))).rejects.toBeInstanceOf(TooMuch)
  expect(await query(plain('SELECT 1'))).toEqual([[1]])
})

test('a question that needs more memory than there is says what to narrow', async () => {
  const { query } = await open({ maxRunning: 1 })
  await query(plain("SET memory_limit = '16MB'"))
  await query(plain("SET temp_directory = ''"))
  const refused = query(plain('SELECT list(range) FROM range(50000000)'))
  await expect(refused).rejects.toBeInstanceOf(TooMuch)
  await expect(refused).rejects.toThrow('more memory')
  expect(await query(plain('SELECT 1'))).toEqual([[1]])
})

test('a question that fails leaves its connection usable', async () => {
  const { query } = await open({ maxRunning: 1 })
  await expect(query(plain('SELECT nothing'))).rejects.toThrow('nothing')
  expect(await query(plain('SELECT 1'))).toEqual([[1]])
})

test('work between questions waits for those that run and holds back the others', async () => {
  const { query, between } = await open({ maxRunning: 2 })
  const order: string[] = []
  const ask = (name: string) => query(plain('SELECT count(*) FROM range(1000000)')).then(() => order.push(name))
  const first = [ask('a'), ask('b'), ask('c')]
  const work = between(async () => {
    order.push('work')
    await new Promise((resolve) => setImmediate(resolve))
    order.push('worked')
  })
  await Promise.all([...first, work])
  expect(order.slice(0, 3).toSorted()).toEqual(['a', 'b', 'work'])
  expect(order.slice(3)).toEqual(['worked', 'c'])
})

test('past the bound of waiting questions the next is refused at once', async () => {
  const { query } = await open({ maxRunning: 1, maxWaiting: 1, timeoutMs: 100 })
  const running = query(plain(ENDLESS))
  const waiting = query(plain('SELECT 1'))
  await expect(query(plain('SELECT 2'))).rejects.toBeInstanceOf(StoreBusy)
  await expect(running).rejects.toBeInstanceOf(TooMuch)
  expect(await waiting).toEqual([[1]])
})

test('a question that is watched tells how far it is, and has no time limit', async () => {
  const { query } = await open({ maxRunning: 1, timeoutMs: 10 })
  const leaving = new AbortController()
  const told: number[] = []
  const onProgress = (done: number) => {
    if (told.push(done) === 2) leaving.abort(new Error('seen enough'))
  }
  await expect(query(plain(ENDLESS), { signal: leaving.signal, onProgress })).rejects.toThrow('seen enough')
  for (const done of told) expect(done).toBeGreaterThanOrEqual(0)
})

const parted = (parts: readonly string[]) => () => ({
  sql: 'SELECT sum(n) FROM temp.gathered',
  parameters: [],
  rows: parts.length,
  gathered: [{ table: 'temp.gathered', parts: parts.map((sql) => ({ sql, parameters: [], rows: 1 })) }],
})

test('a question in parts finds all of them gathered, and leaves no table behind', async () => {
  const { query } = await open({ maxRunning: 1 })
  const ask = parted(['SELECT 1 AS n', 'SELECT 2 AS n', 'SELECT 4 AS n'])
  expect(await query(ask)).toEqual([[7n]])
  await expect(query(parted(['SELECT 1 AS n', 'SELECT nothing AS n']))).rejects.toThrow('nothing')
  expect(await query(ask)).toEqual([[7n]])
  expect(await query(plain('SELECT count(*) FROM duckdb_tables()'))).toEqual([[0n]])
})

test('a question in parts tells which of them are done, and stops in the middle of one', async () => {
  const { query } = await open({ maxRunning: 1, timeoutMs: 10 })
  const leaving = new AbortController()
  const told: number[] = []
  const onProgress = (done: number) => {
    told.push(done)
    if (done >= 0.5) leaving.abort(new Error('seen enough'))
  }
  await expect(query(parted(['SELECT 1 AS n', `SELECT n FROM (${ENDLESS}) AS endless(n)`]), { signal: leaving.signal, onProgress })).rejects.toThrow('seen enough')
  expect(told.at(-1)).toBeGreaterThanOrEqual(0.5)
  expect(told).toEqual(told.toSorted((a, b) => a - b))
  expect(await query(plain('SELECT count(*) FROM duckdb_tables()'))).toEqual([[0n]])
})

test('questions that read very much leave a connection to the others, and are answered one after another', async () => {
  const { query } = await open({ maxRunning: 2 })
  const leaving = new AbortController()
  const long = (sql: string) => () => ({ sql, parameters: [], rows: 1e9 })
  const first = query(long(ENDLESS), { signal: leaving.signal })
  const second = query(long('SELECT 2'))
  expect(await query(plain('SELECT 1'))).toEqual([[1]])
  expect(await Promise.race([second, query(plain('SELECT 3'))])).toEqual([[3]])
  leaving.abort(new Error('enough'))
  await expect(first).rejects.toThrow('enough')
  expect(await second).toEqual([[2]])
})

test('a question is stopped by its signal, while it runs and while it waits', async () => {
  const { query } = await open({ maxRunning: 1 })
  const [first, second] = [new AbortController(), new AbortController()]
  const running = query(plain(ENDLESS), { signal: first.signal })
  const waiting = query(plain(ENDLESS), { signal: second.signal })
  second.abort(new Error('left'))
  first.abort(new Error('gone'))
  await expect(running).rejects.toThrow('gone')
  await expect(waiting).rejects.toThrow('left')
  await expect(query(plain('SELECT 1'), { signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never')
  expect(await query(plain('SELECT 1'))).toEqual([[1]])
})
