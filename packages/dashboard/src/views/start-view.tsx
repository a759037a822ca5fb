import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ApiClient, Project } from '../api/api-client.ts'
import { Card } from '../widgets/card.tsx'
import { CopyButton } from '../widgets/copy-button.tsx'
import { Segmented } from '../widgets/segmented.tsx'
import { FRAMEWORKS, toStartCode, type Framework } from './start-code.ts'

export interface StartViewProps {
  readonly api: ApiClient
  readonly apiKey: string
  /** Nobody has a copy of the key yet. */
  readonly isNewKey: boolean
  readonly serverUrl: string
}

/** An empty project: the code that fills it. The overview takes this place when the first request arrives. */
export function StartView({ api, apiKey, isNewKey, serverUrl }: StartViewProps) {
  const framework = useSignal<Framework>('Express')
  const project = useSignal<Project | null>(null)
  useEffect(() => {
    let isShown = true
    const load = async () => {
      const result = await api.project(apiKey)
      if (isShown && result.ok) project.value = result.value
    }
    void load()
    return () => {
      isShown = false
    }
  }, [api, apiKey, project])

  const reads = project.value?.sends === false
  const sendingKey = reads ? 'YOUR_INGEST_KEY' : apiKey
  const { install, code } = toStartCode(framework.value, sendingKey, serverUrl.replace(/\/$/, ''))
  return (
    <div class="start">
      <h1>Send the first request</h1>
      {isNewKey && <NewKey apiKey={apiKey} />}
      {reads && (
        <p class="banner">
          Sending takes a key that sends. On the server, make one:
          <code>{`wayside keys create --kind ingest --project ${shellQuote(project.value?.name ?? '')}`}</code>
        </p>
      )}
      <Card
        title="Add it to your app"
        actions={
          <Segmented
            label="Framework"
            options={FRAMEWORKS.map((value) => ({ value, text: value }))}
            value={framework.value}
            onChoose={(value) => (framework.value = value)}
          />
        }
      >
        <CodeBlock what="install command" text={install} />
        <CodeBlock what="code" text={code} />
      </Card>
      <p class="start__wait" role="status">
        <span class="pulse" aria-hidden="true" />
        Listening for the first request… Start your app and call any of its endpoints.
      </p>
    </div>
  )
}

function NewKey({ apiKey }: { readonly apiKey: string }) {
  const text = useRef<HTMLElement>(null)
  return (
    <Card title="Your key">
      <div class="code start__key">
        <code ref={text}>{apiKey}</code>
        <CopyButton what="key" from={text} />
      </div>
      <p class="quiet">
        Keep a copy now: it sends and reads, it is not shown again, and the server stores only its hash.
      </p>
    </Card>
  )
}

function CodeBlock({ what, text }: { readonly what: string; readonly text: string }) {
  const code = useRef<HTMLPreElement>(null)
  return (
    <div class={text.trimEnd().includes('\n') ? 'code code--lines' : 'code'}>
      <pre ref={code} tabIndex={0} role="group" aria-label={what}>
        {text}
      </pre>
      <CopyButton what={what} from={code} />
    </div>
  )
}

/** For POSIX shells. */
function shellQuote(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
