/** A refusal by the server (RFC 9457): what its `code` names is translated by the page that asked. */
export class Problem extends Error {
  constructor(
    /** The HTTP status; 0 when no answer came at all. */
    readonly status: number,
    /** The server's sentence, in English. */
    readonly detail: string,
    /** A stable name of the reason, where there is one. */
    readonly code: string | null = null,
    /** What is wrong with each field of the request. */
    readonly invalidParams: Record<string, string> = {},
    /** Seconds to wait before trying again, when the server says so. */
    readonly retryAfter: number | null = null,
  ) {
    super(detail)
    this.name = 'Problem'
  }

  static offline(): Problem {
    return new Problem(0, 'The server cannot be reached.', 'offline')
  }

  static async of(response: Response): Promise<Problem> {
    const body = (await response.json().catch(() => ({}))) as Record<string, unknown>
    const params = (body['invalid-params'] ?? {}) as Record<string, { msg?: string }>
    return new Problem(
      response.status,
      String(body.detail ?? body.error ?? response.statusText),
      typeof body.code === 'string' ? body.code : null,
      Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value.msg ?? ''])),
      Number(response.headers.get('retry-after')) || null,
    )
  }
}
