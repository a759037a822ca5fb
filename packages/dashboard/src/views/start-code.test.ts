import { expect, test } from 'vitest'
import { FRAMEWORKS, toStartCode } from './start-code.ts'

test.each(FRAMEWORKS)('the code for %s holds its package, the key and the server', (framework) => {
  const { install, code } = toStartCode(framework, 'way_ing_1', 'https://stats.example/base')
  const name = install.replace('npm install ', '')
  expect(name).toBe(`@wayside/${framework.toLowerCase()}`)
  expect(code).toContain(`from '${name}'`)
  expect(code).toContain(`'way_ing_1'`)
  expect(code).toContain(`serverUrl: 'https://stats.example/base'`)
})

test('whatever was entered as a key stays inside its quotes', () => {
  const key = `a'b\\'c"d\n`
  const line = toStartCode('Express', key, 'http://x').code.split('\n').find((each) => each.startsWith('app.use('))
  const literal = line?.slice('app.use(analytics('.length, line.lastIndexOf(','))
  // Read as JavaScript the literal is the key again.
  expect(new Function(`return ${literal}`)()).toBe(key)
})
