import { expect, test } from 'vitest'
import { remember } from './bounded-cache.ts'

test('a result that is asked for again and again is computed once, however many others come by', () => {
  const computed: string[] = []
  const cached = remember((argument) => {
    computed.push(argument)
    return { argument }
  }, 10)
  for (let other = 0; other < 1_000; other++) {
    expect(cached('often')).toEqual({ argument: 'often' })
    expect(cached(`once ${other}`)).toEqual({ argument: `once ${other}` })
  }
  expect(computed.filter((argument) => argument === 'often')).toHaveLength(1)
})

test('what was not asked for during a generation is computed anew, so that memory has a bound', () => {
  const computed: string[] = []
  const cached = remember((argument) => {
    computed.push(argument)
    return { argument }
  }, 4)
  for (const argument of ['a', 'b', 'c', 'd', 'e', 'f', 'a']) cached(argument)
  expect(computed).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'a'])
})
