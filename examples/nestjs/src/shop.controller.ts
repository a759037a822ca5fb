import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { Readable } from 'node:stream'
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Post,
  Query,
  StreamableFile,
  UnauthorizedException,
  UnprocessableEntityException,
} from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { createOrder, exportProducts, findProduct, listProducts, login, renderInvoice, reportSales } from '../../shop/shop.ts'

@Controller()
export class ShopController {
  readonly #host: HttpAdapterHost

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host
  }

  @Get('products')
  products(@Query('limit') limit: unknown) {
    return listProducts(limit)
  }

  @Get('products/:id')
  product(@Param('id') id: string) {
    const product = findProduct(id)
    if (product === undefined) throw new NotFoundException('no such product')
    return product
  }

  @Post('orders')
  order(@Body() body: unknown) {
    const result = createOrder(body)
    if ('problems' in result) throw new UnprocessableEntityException(result)
    return result.order
  }

  @Post('login')
  @HttpCode(200)
  login(@Body() body: unknown) {
    const session = login(body)
    if (session === undefined) throw new UnauthorizedException('wrong password')
    return session
  }

  @Get('reports/sales')
  sales() {
    return reportSales(this.#upstreamUrl())
  }

  @Get('invoices/:id')
  invoice(@Param('id') id: string) {
    return renderInvoice(id)
  }

  @Get('export')
  export() {
    return new StreamableFile(Readable.from(exportProducts(), { objectMode: false }), { type: 'application/x-ndjson' })
  }

  /** The service that reports ask; this one itself unless told. */
  #upstreamUrl(): string {
    // Boundary cast: a server that listens on TCP has an address with a port.
    const { port } = this.#host.httpAdapter.getHttpServer().address() as AddressInfo
    return process.env.UPSTREAM_URL ?? `http://127.0.0.1:${port}`
  }
}
