/** What a Dockerfile does, as far as ours go. */
export interface Image {
  readonly args: Readonly<Record<string, string>>
  /** Shell commands, in order. */
  readonly runs: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly user: string
  readonly volumes: readonly string[]
  /** A shell command. */
  readonly healthCheck: string
  readonly command: readonly string[]
}

/** Reads a Dockerfile. Throws at an instruction that it does not know, rather than pass over it. */
export function readDockerfile(text: string): Image {
  const image = { args: {} as Record<string, string>, runs: [] as string[], env: {} as Record<string, string>, user: 'root', volumes: [] as string[], healthCheck: '', entrypoint: [] as string[], cmd: [] as string[] }
  const lines = text.replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n\s*/g, '').split('\n')
  for (const line of lines.filter((each) => each.trim() !== '')) {
    const [, instruction = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
    const assignments = () => Object.fromEntries(rest.split(/\s+/).map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]))
    if (instruction === 'ARG') Object.assign(image.args, assignments())
    else if (instruction === 'RUN') image.runs.push(rest)
    else if (instruction === 'ENV') Object.assign(image.env, assignments())
    else if (instruction === 'USER') image.user = rest
    else if (instruction === 'VOLUME') image.volumes.push(rest)
    else if (instruction === 'HEALTHCHECK') image.healthCheck = rest.slice(rest.indexOf('CMD ') + 4)
    else if (instruction === 'ENTRYPOINT') image.entrypoint = JSON.parse(rest) as string[]
    else if (instruction === 'CMD') image.cmd = JSON.parse(rest) as string[]
    // What the base image has is put there by the check; a port is opened by whoever runs the image.
    else if (instruction !== 'FROM' && instruction !== 'EXPOSE') throw new Error(`what does ${JSON.stringify(line)} do?`)
  }
  return { ...image, command: [...image.entrypoint, ...image.cmd] }
}
