/** The measured API's data: what each framework's app answers. */
export interface User {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly plan: string
  readonly createdAt: string
  readonly roles: readonly string[]
  readonly address: { readonly street: string; readonly city: string; readonly country: string }
}

/** About 300 bytes as JSON. */
export function findUser(id: string): User {
  return {
    id: Number(id),
    name: `Person ${id}`,
    email: `person.${id}@example.com`,
    plan: 'free',
    createdAt: '2026-01-15T09:30:00.000Z',
    roles: ['reader', 'commenter', 'uploader'],
    address: { street: `${id} Long Meadow Lane`, city: 'Northbridge', country: 'IE' },
  }
}

export function createUser(body: unknown): User {
  const { name, email } = typeof body === 'object' && body !== null ? (body as Partial<User>) : {}
  return { ...findUser('501'), name: String(name), email: String(email) }
}
