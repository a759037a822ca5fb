import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { Controller, Get, Header, NotFoundException, Param, Query, StreamableFile } from '@nestjs/common'
import { product } from './product.ts'

@Controller()
export class ProductsController {
  @Get('products')
  list(@Query('limit') limit?: string) {
    return { products: Array.from({ length: Math.min(Number(limit) || 20, 100) }, (_, at) => product(at + 1)) }
  }

  @Get('products/:id')
  async one(@Param('id') id: string) {
    await wait(2 + (Number(id) % 20))
    if (!(Number(id) >= 1 && Number(id) <= 500)) throw new NotFoundException(`there is no product ${id}`)
    return product(Number(id))
  }

  @Get('export')
  @Header('content-type', 'text/csv')
  export() {
    return new StreamableFile(Readable.from(rows(), { objectMode: false }))
  }
}

async function* rows(): AsyncGenerator<string> {
  for (let row = 1; row <= 100; row++) {
    yield `${row},${product(row).name}\n`
    if (row % 10 === 0) await wait(5)
  }
}
