/** The server, for programs that run it in their own process. */
export {
  ConfigError,
  decodeConfig,
  defaultLimits,
  type LogLevel,
  type ServerConfig,
  type ServerLimits,
} from './config.ts';
export { type AppDependencies, createApp } from './http/app.ts';
export { type Muster, openMuster } from './open-muster.ts';
