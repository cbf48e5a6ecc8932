import { describe, expect, test } from "vitest";
import { maskSecretsInText } from "./find-secrets.ts";

describe("maskSecretsInText()", () => {
  test.each([
    ["password=pass", "password=***"],
    ["token = token; host=h", "token = ***; host=h"],
    ['password="word"', 'password="***"'],
    ["access_key='key'", "access_key='***'"],
    ["http://pass:pass@pass", "http://pass:***@pass"],
    ["https://host@host", "https://***@host"],
  ])(
    "hides the secret in %j, also where something beside it has the same letters (S10)",
    (text, shown) => {
      expect(maskSecretsInText(text, "***")).toBe(shown);
    },
  );
});
