import { expect, test, vi } from 'vitest'
import { createResolveHost, type NameSources } from './resolve-host.ts'

/** Name servers that know these names, and a system that knows others; `asked` tells what the system was asked for. */
function sources({ dns = {}, system = {} }: { readonly dns?: Readonly<Record<string, readonly string[] | string>>; readonly system?: Readonly<Record<string, readonly string[]>> }) {
  const asked: string[] = []
  const fail = (code: string) => Promise.reject(Object.assign(new Error(code), { code }))
  const find = (host: string, isWanted: (address: string) => boolean) => {
    const known = dns[host] ?? 'ENOTFOUND'
    if (typeof known === 'string') return fail(known)
    const addresses = known.filter(isWanted)
    return addresses.length === 0 ? fail('ENODATA') : Promise.resolve(addresses)
  }
  const given: NameSources = {
    dns: { resolve4: (host) => find(host, (address) => !address.includes(':')), resolve6: (host) => find(host, (address) => address.includes(':')) },
    async system(host) {
      asked.push(host)
      return system[host] ?? fail('ENOTFOUND')
    },
  }
  return { asked, resolve: createResolveHost(given) }
}

test('a name that name servers know has all its addresses, and the system is not asked', async () => {
  const { asked, resolve } = sources({ dns: { 'both.example.org': ['192.0.2.1', '2001:db8::1'], 'six.example.org': ['2001:db8::1'] } })

  expect(await resolve('both.example.org')).toEqual(['192.0.2.1', '2001:db8::1'])
  expect(await resolve('six.example.org')).toEqual(['2001:db8::1'])
  expect(asked).toEqual([])
})

test('the system knows names without a dot, of the hosts file and of search domains', async () => {
  const { asked, resolve } = sources({ dns: { api: ['192.0.2.9'] }, system: { api: ['10.0.0.1'], 'api.shop.localhost': ['127.0.0.1'], 'db.internal': ['10.0.0.2'] } })

  expect([await resolve('api'), await resolve('api.shop.localhost'), await resolve('db.internal')]).toEqual([['10.0.0.1'], ['127.0.0.1'], ['10.0.0.2']])
  expect(asked).toEqual(['api', 'api.shop.localhost', 'db.internal'])
  await expect(resolve('nowhere.example.org')).rejects.toMatchObject({ code: 'ENOTFOUND' })
})

test('where name servers are silent the system is not asked: it would keep a thread waiting', async () => {
  const { asked, resolve } = sources({ dns: { 'slow.example.org': 'ETIMEOUT', 'broken.example.org': 'ESERVFAIL' } })

  await expect(resolve('slow.example.org')).rejects.toMatchObject({ code: 'ETIMEOUT' })
  await expect(resolve('broken.example.org')).rejects.toMatchObject({ code: 'ESERVFAIL' })
  expect(asked).toEqual([])
})

test('the system is asked for two names at a time, and for all of them', async () => {
  const waiting: (() => void)[] = []
  const system = (host: string) => new Promise<readonly string[]>((resolve, reject) => waiting.push(() => (host === 'b' ? reject(new Error('no')) : resolve([host]))))
  const resolve = createResolveHost({ dns: { resolve4: async () => [], resolve6: async () => [] }, system })
  const answers = ['a', 'b', 'c', 'd'].map((host) => resolve(host).catch(() => ['failed']))

  for (let ended = 0; ended < 4; ended++) {
    await vi.waitFor(() => expect(waiting.length).toBe(Math.min(2, 4 - ended)))
    waiting.shift()?.()
  }

  expect(await Promise.all(answers)).toEqual([['a'], ['failed'], ['c'], ['d']])
})
