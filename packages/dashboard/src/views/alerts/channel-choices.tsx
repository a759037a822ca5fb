import type { Channel } from '@wayside/protocol'
import type { Signal } from '@preact/signals'

export interface ChannelChoicesProps {
  readonly channels: readonly Channel[]
  /** Ids of those that are told. */
  readonly chosen: Signal<readonly string[]>
}

/** Who is told. */
export function ChannelChoices({ channels, chosen }: ChannelChoicesProps) {
  return (
    <fieldset class="form__choices">
      <legend>Tells</legend>
      {channels.length === 0 && <p class="quiet">There is no channel yet: alerts stand on this page.</p>}
      {channels.map(({ id, name }) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={chosen.value.includes(id)}
            onChange={({ currentTarget }) => (chosen.value = currentTarget.checked ? [...chosen.value, id] : chosen.value.filter((each) => each !== id))}
          />
          <bdi>{name}</bdi>
        </label>
      ))}
    </fieldset>
  )
}
