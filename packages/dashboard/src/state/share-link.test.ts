import { expect, test } from 'vitest'
import { readShareLink, toShareAddress } from './share-link.ts'

test.each(['https://stats.example.com/', 'https://example.com/tools/wayside/', 'https://example.com/share/x/'])('a link of the server at %s is read as it was made', (serverUrl) => {
  const address = toShareAddress(serverUrl, '7f', 'secret')
  expect(readShareLink(address)).toEqual({ id: '7f', token: 'secret', serverUrl })
  expect(readShareLink(address.replace('/#', '/endpoints?period=7d#'))).toEqual({ id: '7f', token: 'secret', serverUrl })
})

test.each(['https://stats.example.com/endpoints?period=7d', 'https://stats.example.com/share', 'https://stats.example.com/share/7f'])('%s is no shared link', (address) => {
  expect(readShareLink(address)).toBeNull()
})
