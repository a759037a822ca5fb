import { Controller, Get, Inject, type OnModuleInit } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { ANALYTICS, type Analytics } from '@wayside/nestjs'

@Controller()
export class SystemController implements OnModuleInit {
  /** What the app itself counts, to compare with what analytics store. */
  #observed = 0
  readonly #host: HttpAdapterHost
  readonly #analytics: Analytics

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost, @Inject(ANALYTICS) analytics: Analytics) {
    this.#host = host
    this.#analytics = analytics
  }

  onModuleInit(): void {
    this.#host.httpAdapter.getHttpServer().on('request', (request: { url?: string }) => {
      if (request.url !== '/__observed') this.#observed++
    })
  }

  @Get('health')
  health() {
    return { status: 'ok' }
  }

  @Get('broken')
  broken() {
    throw new TypeError('cannot read the stock of undefined')
  }

  @Get('__observed')
  observed() {
    return { observed: this.#observed, dropped: this.#analytics.stats().dropped }
  }
}
