declare module "virtual:examples" {
  export type Example = import("../plugins/examples").Example;
  const groups: import("../plugins/examples").Group[];
  export default groups;
}
