// What the page was given.
import { page as given } from "../studio/page";

export interface Variable {
  name: string;
  label: string;
  type: string;
  values: { value: string; name: string }[];
}
interface Data {
  id: string;
  key: string;
  revision: number;
  seen: string;
  editable: boolean;
  english: boolean;
  xml: string;
  variables: Variable[];
  urls: Record<"save" | "check" | "try", string>;
}

export const data = given as unknown as Data;
