export interface Product {
  readonly id: number
  readonly name: string
  readonly cents: number
}

export function product(id: number): Product {
  return { id, name: `product ${id}`, cents: 100 + ((id * 37) % 9_900) }
}
