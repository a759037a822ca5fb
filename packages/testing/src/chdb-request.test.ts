import { expect, test } from 'vitest'
import { toChdbRequest } from './chdb-request.ts'

const address = (search: string) => new URLSearchParams(search)

test('a statement is the body', async () => {
  expect(await toChdbRequest(address('query_id=1'), '', Buffer.from('SELECT 1'))).toEqual({ sql: 'SELECT 1', parameters: {} })
})

test('rows follow the statement of the address', async () => {
  expect(await toChdbRequest(address('query=INSERT'), '', Buffer.from('{}\n'))).toEqual({ sql: 'INSERT\n{}\n', parameters: {} })
})

test('parameters come without their escapes, and NULL as null', async () => {
  const search = new URLSearchParams({ param_a: String.raw`x\\n\n\'`, param_b: String.raw`\N` })
  expect((await toChdbRequest(search, '', Buffer.from('SELECT 1'))).parameters).toEqual({ a: `x\\n\n'`, b: null })
})

test('a form holds the statement and its parameters', async () => {
  const form = new FormData()
  form.set('query', 'SELECT {a:String}')
  form.set('param_a', 'x')
  const request = new Response(form)
  const body = Buffer.from(await request.arrayBuffer())
  expect(await toChdbRequest(address(''), request.headers.get('content-type') ?? '', body)).toEqual({ sql: 'SELECT {a:String}', parameters: { a: 'x' } })
})

test('a setting in the address is refused', async () => {
  await expect(toChdbRequest(address('async_insert=1'), '', Buffer.from('SELECT 1'))).rejects.toThrow('the setting async_insert')
})
