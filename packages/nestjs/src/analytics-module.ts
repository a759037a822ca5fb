import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata, type Provider } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import type { Options } from '@wayside/core'
import { ANALYTICS, type Analytics } from './analytics.ts'
import { mountAnalytics } from './mount-analytics.ts'
import type { PlatformRequest } from './platform-request.ts'

/** Options that other providers make. */
export interface AnalyticsModuleAsyncOptions<Source = PlatformRequest> extends Pick<ModuleMetadata, 'imports'> {
  /** Tokens whose values `useFactory` gets, in order. */
  readonly inject?: FactoryProvider['inject']
  readonly useFactory: (...dependencies: never[]) => Options<Source> | Promise<Options<Source>>
}

const OPTIONS = Symbol.for('@wayside/nestjs options')

/**
 * Observes every request of a NestJS 10, 11 or 12 app, on Express and on Fastify. Import it in the root module; it is
 * global, and `ANALYTICS` injects its handle everywhere. When the app closes, what is queued is delivered within
 * 2 seconds.
 */
export class AnalyticsModule {
  /**
   * @throws WaysideOptionError, when the app is created, if an option cannot be used.
   * @example
   * ```ts
   * @Module({ imports: [AnalyticsModule.forRoot({ apiKey: key })] })
   * export class AppModule {}
   * ```
   */
  static forRoot<Source = PlatformRequest>(options: Options<Source> = {}): DynamicModule {
    return toModule({ provide: OPTIONS, useValue: options })
  }

  /**
   * Like `forRoot`, with options from a factory.
   * @example
   * ```ts
   * AnalyticsModule.forRootAsync({
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ apiKey: config.get('WAYSIDE_API_KEY') }),
   * })
   * ```
   */
  static forRootAsync<Source = PlatformRequest>(options: AnalyticsModuleAsyncOptions<Source>): DynamicModule {
    const { imports = [], inject = [], useFactory } = options
    return { ...toModule({ provide: OPTIONS, inject, useFactory }), imports }
  }
}

// Called as a function: Node runs TypeScript without a build, but not its decorators.
Module({})(AnalyticsModule)

function toModule(options: Provider): DynamicModule {
  const analytics: FactoryProvider<Analytics> = {
    provide: ANALYTICS,
    inject: [HttpAdapterHost, OPTIONS],
    // Providers are made before the app adds its own middleware, so that analytics come first.
    useFactory: (host: HttpAdapterHost, resolved: Options) => mountAnalytics(host.httpAdapter, resolved),
  }
  return { module: AnalyticsModule, global: true, providers: [options, analytics], exports: [ANALYTICS] }
}
