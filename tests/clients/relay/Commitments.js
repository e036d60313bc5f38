// What a front end on Relay asks for: a list in pages, a part that is fetched again by its id, and all kinds of selections.
import { graphql } from 'relay-runtime';

export const page = graphql`
  query CommitmentsPageQuery($party: ID!, $first: Int = 10, $after: String) {
    ...Commitments_list @arguments(party: $party, first: $first, after: $after)
    node(id: $party) {
      id
      ...Commitments_party
    }
  }
`;

export const list = graphql`
  fragment Commitments_list on Query
  @refetchable(queryName: "CommitmentsListPaginationQuery")
  @argumentDefinitions(party: { type: "ID!" }, first: { type: "Int", defaultValue: 10 }, after: { type: "String" }) {
    commitments(first: $first, after: $after, where: { madeBy: { some: { node: { id: { eq: $party } } } } })
      @connection(key: "Commitments_commitments", filters: ["where"]) {
      totalCount
      edges {
        node {
          id
          ...Commitments_item
        }
      }
    }
  }
`;

// By its id, through `node`.
export const item = graphql`
  fragment Commitments_item on Commitment
  @refetchable(queryName: "CommitmentsItemRefetchQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 5 }, after: { type: "String" }) {
    text
    status
    due {
      label
    }
    amount {
      value
      bound
    }
    evidence {
      quote
      source {
        title
        url
      }
    }
    madeBy(first: $first, after: $after) @connection(key: "Commitments_madeBy") {
      edges {
        onBehalfOf {
          name
        }
        node {
          __typename
          ... on Official {
            name
          }
          ... on Country {
            isoCode: id
          }
        }
      }
    }
  }
`;

export const party = graphql`
  fragment Commitments_party on Node @refetchable(queryName: "CommitmentsPartyRefetchQuery") {
    ... on Party {
      name
      aliases {
        text
      }
    }
  }
`;
