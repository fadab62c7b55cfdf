declare module '*.json?inside' {
  const messages: Record<string, unknown>
  export default messages
}
