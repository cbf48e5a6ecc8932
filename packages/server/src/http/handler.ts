import type { BodyOf, OperationId, ParamsOf, QueryOf, ResponseOf } from "@airloom/api";
import type { User, UserSession } from "@airloom/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Credentials } from "../auth/credentials.ts";

/** A request after its access was granted and its parts were parsed. */
export interface Call<K extends OperationId> {
  readonly params: ParamsOf<K>;
  readonly query: QueryOf<K>;
  readonly body: BodyOf<K>;
  /** Undefined only for operations that are open to anybody. */
  readonly user: User | undefined;
  /** By what the user is signed in. */
  readonly session: UserSession | undefined;
  readonly credentials: Credentials | undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What answers one operation: a value, or the reply itself once it has been written to. */
export type Handler<K extends OperationId> = (
  call: Call<K>,
) => Promise<ResponseOf<K> | FastifyReply>;

/** One handler for every operation: a missing one does not compile. */
export type Handlers<K extends OperationId = OperationId> = { readonly [P in K]: Handler<P> };
