export function types(document: unknown): string
export function fromDocument(): string
