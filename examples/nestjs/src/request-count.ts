import type { IncomingMessage, Server } from 'node:http'
import { Injectable } from '@nestjs/common'

/** The app's own count of requests, for the demo, which compares it with what is stored. */
@Injectable()
export class RequestCount {
  observed = 0

  watch(server: Server): void {
    server.on('request', ({ url }: IncomingMessage) => {
      if (url !== '/__observed') this.observed++
    })
  }
}
