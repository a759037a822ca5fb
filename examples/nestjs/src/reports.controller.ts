import { setTimeout as wait } from 'node:timers/promises'
import { Controller, Get, Inject, Param } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'

@Controller()
export class ReportsController {
  readonly #host: HttpAdapterHost

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host
  }

  /** Waits for another service: the dashboard shows how much of the time that was. */
  @Get('reports/:name')
  async report(@Param('name') name: string) {
    const answer = await fetch(`${process.env.UPSTREAM_URL ?? this.#ownUrl()}/rates/${name.length * 25}`)
    return { name, rates: await answer.json() }
  }

  @Get('rates/:ms')
  async rates(@Param('ms') ms: string) {
    await wait(Math.min(Number(ms) || 0, 1_000))
    return { eur: 1, usd: 1.08 }
  }

  #ownUrl(): string {
    return `http://127.0.0.1:${this.#host.httpAdapter.getHttpServer().address().port}`
  }
}
