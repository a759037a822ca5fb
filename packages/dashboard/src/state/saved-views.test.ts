import { expect, test } from 'vitest'
import { createFakeStorage } from '../../test/fake-window.ts'
import { createSavedViews } from './saved-views.ts'

const view = (name: string, query = '') => ({ name, place: 'errors', query })

test('what is saved outlives a reload, and the same name replaces it', () => {
  const storage = createFakeStorage()
  const saved = createSavedViews(storage)
  saved.save(view('  Berlin ', 'f=country:DE'))
  saved.save(view('Paris'))
  saved.save(view('Berlin', 'f=country:AT'))
  expect(createSavedViews(storage).list.value).toEqual([view('Paris'), view('Berlin', 'f=country:AT')])
})

test('what is removed is gone, and a view without a name is not saved', () => {
  const saved = createSavedViews(null)
  saved.save(view('Berlin'))
  saved.save(view('  '))
  saved.remove('Berlin')
  expect(saved.list.value).toEqual([])
})

test('the oldest gives way', () => {
  const saved = createSavedViews(null)
  for (let at = 0; at < 60; at++) saved.save(view(`view ${at}`))
  expect([saved.list.value.length, saved.list.value[0]?.name]).toEqual([50, 'view 10'])
})

test.each(['', 'nonsense', '{}', '[1, null, {"name": 1}]'])('the storage may hold %j', (text) => {
  expect(createSavedViews(createFakeStorage({ 'wayside.saved': text })).list.value).toEqual([])
})
