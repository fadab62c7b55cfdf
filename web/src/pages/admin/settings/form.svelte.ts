import { tick } from 'svelte'
import { api } from '../../../api/client'
import { Problem } from '../../../api/problem'
import type { SiteSettings } from '../../../api/types'
import { t, tMaybe } from '../../../i18n/index.svelte'
import { Act } from '../../../parts/act.svelte'
import { loadInstance } from '../../../state/instance.svelte'
import { now } from '../../settings/now'

type Section = keyof SiteSettings

/** Some sections of the settings while somebody fills them in: what is wrong stands beside its field. */
export class SettingsForm<S extends Section> {
  form: Pick<SiteSettings, S>
  wrong = $state<Record<string, string>>({})
  readonly act = new Act()

  constructor(found: SiteSettings, sections: readonly S[]) {
    const chosen = Object.fromEntries(sections.map((section) => [section, $state.snapshot(found[section])])) as unknown as Pick<SiteSettings, S>
    this.form = $state(chosen)
  }

  /** What is wrong with `section.field`. */
  error(field: string): string | undefined {
    return this.wrong[field]
  }

  /** Sends the sections, as `mend` leaves them; focus goes to the first field that is refused. True when they were kept. */
  async save(mend: (body: Pick<SiteSettings, S>) => void = () => {}): Promise<boolean> {
    const body = $state.snapshot(this.form) as Pick<SiteSettings, S>
    mend(body)
    this.wrong = {}
    const kept = await this.act.run(
      async () => {
        await api.put('/server/settings', body)
        await loadInstance()
      },
      () => t('site.saved', { time: now() }),
      (problem) => this.refused(problem),
    )
    if (!kept) {
      await tick()
      document.querySelector<HTMLElement>('main form [aria-invalid=true]')?.focus()
    }
    return kept
  }

  private refused(problem: Problem): string | undefined {
    const fields = Object.entries(problem.invalidParams)
    if (fields.length === 0) return undefined
    this.wrong = Object.fromEntries(fields.map(([field, rule]) => [field, tMaybe(`site.bad.${field}`, rule)]))
    return t('site.refused', { n: fields.length })
  }
}
